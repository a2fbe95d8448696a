import type { SpanNode, Trace } from './assemble.ts';
import { crossings, isEntry, servicePlace, type Crossing, type EdgeKind, type Place } from './crossings.ts';
import { HistogramTally, Tally, type Histogram, type Statistics } from './statistics.ts';

export interface GraphEdge {
  /** `id` of the node it points at. */
  to: number;
  kind: EdgeKind;
  link: boolean;
  statistics: Statistics;
  /** Response times as the caller saw them; empty for a link, which nobody waits for. */
  histogram: Histogram;
  /** How old messages were when they were taken; empty for what is no link. */
  ages: Histogram;
  /** Other names by which the caller called the node. */
  aliases: string[];
  start_us: number;
  end_us: number;
}

/** A node with the edges that leave it: X-Ray's `Service`. */
export interface GraphNode extends Place {
  id: number;
  account_id?: string;
  /** A trace entered here. */
  root: boolean;
  statistics: Statistics;
  histogram: Histogram;
  /** As `histogram`, with what the service still did after it had answered. */
  durations: Histogram;
  start_us: number;
  end_us: number;
  edges: GraphEdge[];
}

interface OpenNode {
  place: Place;
  account_id?: string;
  root: boolean;
  tally: Tally;
  durations: HistogramTally;
  edges: Map<string, OpenEdge>;
}

interface OpenEdge {
  to: string;
  kind: EdgeKind;
  link: boolean;
  tally: Tally;
  ages: HistogramTally;
  aliases: Set<string>;
}

const keyOf = (place: Place) => JSON.stringify([place.kind, place.name, place.type ?? '']);

/** X-Ray's service graph, built trace by trace so that a window of any length fits in memory. The order of traces is without effect. */
export class ServiceGraph {
  readonly #nodes = new Map<string, OpenNode>();

  add(trace: Trace): void {
    const last = lastEnds(trace);
    for (const node of trace.nodes.values()) if (isEntry(node)) this.#enter(node, last.get(node));
    for (const crossing of crossings(trace)) this.#cross(crossing);
  }

  /** The nodes by kind and name, numbered from 0. */
  nodes(): GraphNode[] {
    const ordered = [...this.#nodes].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const ids = new Map(ordered.map(([key], id) => [key, id]));
    return ordered.map(([, node], id) => ({
      id,
      ...node.place,
      ...(node.account_id && { account_id: node.account_id }),
      root: node.root,
      ...measured(node.tally),
      durations: node.durations.entries(),
      edges: [...node.edges.values()]
        .map((edge) => finished(edge, ids.get(edge.to) ?? -1))
        .toSorted((a, b) => a.to - b.to || Number(a.link) - Number(b.link)),
    }));
  }

  #enter({ span }: SpanNode, last_us: number | undefined): void {
    const node = this.#node(servicePlace(span));
    node.tally.add(span);
    if (span.end_us !== undefined) node.durations.add(Math.max(last_us ?? 0, span.end_us) - span.start_us);
    const account = span.resource?.account_id;
    if (account && (!node.account_id || account < node.account_id)) node.account_id = account;
  }

  #cross(crossing: Crossing): void {
    const from = this.#node(crossing.from);
    const to = this.#node(crossing.to);
    const { span } = crossing;
    const silent =
      crossing.from.kind === 'client' ? from : crossing.to.kind === 'service' || crossing.link ? undefined : to;
    if (crossing.from.kind === 'client') to.root = true;
    silent?.tally.add(span);
    if (silent && span.end_us !== undefined) silent.durations.add(span.end_us - span.start_us);
    const edge = this.#edge(from, crossing);
    edge.tally.add(span);
    if (crossing.alias) edge.aliases.add(crossing.alias);
    if (crossing.age_us !== undefined) edge.ages.add(crossing.age_us);
  }

  #edge(from: OpenNode, { to, kind, link }: Crossing): OpenEdge {
    const key = `${link} ${keyOf(to)}`;
    const known = from.edges.get(key);
    if (known) return known;
    const edge = {
      to: keyOf(to),
      kind,
      link,
      tally: new Tally(),
      ages: new HistogramTally(),
      aliases: new Set<string>(),
    };
    from.edges.set(key, edge);
    return edge;
  }

  #node(place: Place): OpenNode {
    const key = keyOf(place);
    const known = this.#nodes.get(key);
    if (known) return known;
    const node = { place, root: false, tally: new Tally(), durations: new HistogramTally(), edges: new Map() };
    this.#nodes.set(key, node);
    return node;
  }
}

/** Of every node the last end among it and what its own service did below it. */
function lastEnds(trace: Trace): Map<SpanNode, number> {
  const last = new Map<SpanNode, number>();
  for (const node of [...trace.nodes.values()].toReversed()) {
    const own = Math.max(last.get(node) ?? 0, node.span.end_us ?? node.span.start_us);
    last.set(node, own);
    if (node.parent && !isEntry(node)) last.set(node.parent, Math.max(last.get(node.parent) ?? 0, own));
  }
  return last;
}

function finished({ kind, link, tally, ages, aliases }: OpenEdge, to: number): GraphEdge {
  const { histogram, ...rest } = measured(tally);
  return {
    to,
    kind,
    link,
    ...rest,
    histogram: link ? [] : histogram,
    ages: ages.entries(),
    aliases: [...aliases].toSorted(),
  };
}

function measured(tally: Tally) {
  const { statistics, histogram, start_us, end_us } = tally;
  return {
    statistics: { ...statistics },
    histogram,
    start_us: Math.min(start_us, end_us),
    end_us,
  };
}

/** The service graph of the given traces. */
export function traceGraph(traces: Iterable<Trace>): GraphNode[] {
  const graph = new ServiceGraph();
  for (const trace of traces) graph.add(trace);
  return graph.nodes();
}
