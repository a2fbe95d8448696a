import type { Trace } from './assemble.ts';
import { CLIENT, crossings, isEntry, servicePlace, type EdgeKind, type Place } from './crossings.ts';
import { Tally, type Histogram, type Statistics } from './statistics.ts';

export interface GraphEdge {
  /** `id` of the node it points at. */
  to: number;
  kind: EdgeKind;
  link: boolean;
  statistics: Statistics;
  histogram: Histogram;
  start_us: number;
  end_us: number;
}

/** A node with the edges that leave it: X-Ray's `Service`. */
export interface GraphNode extends Place {
  id: number;
  /** A trace entered here. */
  root: boolean;
  statistics: Statistics;
  histogram: Histogram;
  start_us: number;
  end_us: number;
  edges: GraphEdge[];
}

interface OpenNode {
  place: Place;
  root: boolean;
  tally: Tally;
  edges: Map<string, { to: string; kind: EdgeKind; link: boolean; tally: Tally }>;
}

const keyOf = (place: Place) => JSON.stringify([place.kind, place.name]);

/** X-Ray's service graph, built trace by trace so that a window of any length fits in memory. The order of traces is without effect. */
export class ServiceGraph {
  readonly #nodes = new Map<string, OpenNode>();

  add(trace: Trace): void {
    const entries = [...trace.nodes.values()].filter(isEntry);
    for (const { span } of entries) this.#node(servicePlace(span)).tally.add(span);
    for (const crossing of crossings(trace)) {
      const from = this.#node(crossing.from);
      const to = this.#node(crossing.to);
      if (crossing.from.kind === 'client') to.root = true;
      if (crossing.from === CLIENT || (crossing.to.kind !== 'service' && !crossing.link)) {
        (crossing.from === CLIENT ? from : to).tally.add(crossing.span);
      }
      const key = keyOf(crossing.to);
      const edge = from.edges.get(key) ?? { to: key, kind: crossing.kind, link: crossing.link, tally: new Tally() };
      edge.tally.add(crossing.span);
      from.edges.set(key, edge);
    }
  }

  /** The nodes by kind and name, numbered from 0. */
  nodes(): GraphNode[] {
    const ordered = [...this.#nodes].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const ids = new Map(ordered.map(([key], id) => [key, id]));
    return ordered.map(([, node], id) => ({
      id,
      ...node.place,
      root: node.root,
      ...measured(node.tally),
      edges: [...node.edges.values()]
        .map(({ to, kind, link, tally }) => ({ to: ids.get(to) ?? -1, kind, link, ...measured(tally) }))
        .toSorted((a, b) => a.to - b.to),
    }));
  }

  #node(place: Place): OpenNode {
    const key = keyOf(place);
    const known = this.#nodes.get(key);
    if (known) {
      if (place.type && (!known.place.type || place.type < known.place.type)) known.place = place;
      return known;
    }
    const node: OpenNode = { place, root: false, tally: new Tally(), edges: new Map() };
    this.#nodes.set(key, node);
    return node;
  }
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
