import { compareRecords } from './prefer.ts';
import type { Span } from './span.ts';

/** A span in its trace. Children are in the order of their start. */
export interface SpanNode {
  span: Span;
  parent?: SpanNode;
  children: SpanNode[];
}

export interface Trace {
  trace_id: string;
  /** The root that the trace is named after: the earliest without a parent, else the earliest whose parent is missing. */
  root: SpanNode;
  /** All spans that hang under no other, in the order of their start. */
  roots: SpanNode[];
  /** Spans that name a parent which is not in the trace; each is one of `roots`. */
  missing_parents: Span[];
  /** All spans by id, in the order of a walk from the roots down. */
  nodes: Map<string, SpanNode>;
  start_us: number;
  /** Last end that is known. */
  end_us: number;
  duration_us: number;
  in_progress: boolean;
}

/**
 * One trace from its spans, whatever their order and however often they came. Gives each span its service where only an
 * enclosing segment knows it ("unknown" where none does). Cycles are cut at their earliest span. Undefined without spans.
 */
export function assembleTrace(spans: Iterable<Span>): Trace | undefined {
  const nodes = new Map<string, SpanNode>(
    [...mergeDuplicates(spans)].map(([id, span]) => [id, { span, children: [] }]),
  );
  for (const node of nodes.values()) {
    const parent = node.span.parent_id === undefined ? undefined : nodes.get(node.span.parent_id);
    if (parent && parent !== node) node.parent = parent;
  }
  cutCycles(nodes);
  const unordered: SpanNode[] = [];
  for (const node of nodes.values()) (node.parent?.children ?? unordered).push(node);
  for (const node of nodes.values()) node.children = node.children.toSorted(byStart);
  const roots = unordered.toSorted(byStart);

  const ordered = new Map<string, SpanNode>();
  for (const node of walk(roots)) {
    inheritOwner(node);
    ordered.set(node.span.span_id, node);
  }
  const first = roots[0];
  return first && describe(roots, first, ordered);
}

function describe(roots: SpanNode[], first: SpanNode, nodes: Map<string, SpanNode>): Trace {
  const root = roots.find((node) => node.span.parent_id === undefined) ?? first;
  let start_us = Infinity;
  let end_us = 0;
  let in_progress = false;
  for (const { span } of nodes.values()) {
    start_us = Math.min(start_us, span.start_us);
    end_us = Math.max(end_us, span.end_us ?? span.start_us);
    in_progress ||= span.end_us === undefined;
  }
  const missing_parents = roots.map((node) => node.span).filter((span) => span.parent_id !== undefined);
  return {
    trace_id: root.span.trace_id,
    root,
    roots,
    missing_parents,
    nodes,
    start_us,
    end_us,
    duration_us: end_us - start_us,
    in_progress,
  };
}

/** Every node from the given ones down, parents first, children in order. */
export function* walk(from: readonly SpanNode[]): Generator<SpanNode> {
  const open = from.toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    for (const child of node.children.toReversed()) open.push(child);
  }
}

function mergeDuplicates(spans: Iterable<Span>): Map<string, Span> {
  const merged = new Map<string, Span>();
  for (const span of spans) {
    const known = merged.get(span.span_id);
    if (!known || compareRecords(known, JSON.stringify(known), span, JSON.stringify(span)) > 0) {
      merged.set(span.span_id, span);
    }
  }
  return merged;
}

function cutCycles(nodes: Map<string, SpanNode>): void {
  const reached = new Set<SpanNode>();
  for (const start of [...nodes.values()].toSorted(byStart)) {
    const path = new Set<SpanNode>();
    let node: SpanNode | undefined = start;
    while (node && !reached.has(node) && !path.has(node)) {
      path.add(node);
      node = node.parent;
    }
    if (node && path.has(node)) cutEarliest(node);
    for (const seen of path) reached.add(seen);
  }
}

function cutEarliest(onCycle: SpanNode): void {
  let earliest = onCycle;
  for (let node = onCycle.parent; node && node !== onCycle; node = node.parent) {
    if (byStart(node, earliest) < 0) earliest = node;
  }
  delete earliest.parent;
}

function inheritOwner(node: SpanNode): void {
  const { span } = node;
  const owner = node.parent?.span;
  const sameService = span.service === '' || span.service === owner?.service;
  const origin = sameService && !span.origin && !isOwn(span) ? owner?.origin : undefined;
  if (span.service !== '' && span.sdk !== 'unknown' && !origin) return;
  node.span = {
    ...span,
    service: span.service || (owner?.service ?? 'unknown'),
    sdk: span.sdk === 'unknown' && owner && sameService ? owner.sdk : span.sdk,
    ...(origin && { origin }),
  };
}

/** A segment of its own tells its origin itself, or has none. */
const isOwn = ({ kind }: Span) => kind === 'server' || kind === 'consumer';

function byStart(a: SpanNode, b: SpanNode): number {
  return a.span.start_us - b.span.start_us || (a.span.span_id < b.span.span_id ? -1 : 1);
}
