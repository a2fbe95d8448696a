import type { SpanNode, Trace } from './assemble.ts';
import { isEntry, isTransport, peerPlace, servicePlace, type Place } from './crossings.ts';
import type { SpanException, SpanStatus } from './span.ts';

/** A segment or subsegment on the way to a cause. */
export interface CauseEntity {
  name: string;
  /** It called out of its service. */
  remote: boolean;
  exceptions: SpanException[];
  /** Its part of the root's response time, 0 to 1. */
  coverage: number;
}

export interface CauseService {
  place: Place;
  account_id?: string;
  /** Nobody reported it; only its caller knows it. */
  inferred: boolean;
  entities: CauseEntity[];
}

/** A way from the trace's root down to where something went wrong: X-Ray's `FaultRootCause` and its like. */
export interface RootCause {
  services: CauseService[];
  /** The root shows it too, so that the client met it. */
  clientImpacting: boolean;
}

const MOST_CAUSES = 20;
/** A child with less of its parent's time than this explains it no longer. */
const LEAST_SHARE = 0.5;

/** The deepest spans that failed in one of the given ways, each as its way from the root; at most twenty, the earliest first. */
export function failureCauses(trace: Trace, statuses: readonly SpanStatus[]): RootCause[] {
  const failed = (node: SpanNode) => statuses.includes(node.span.status);
  const above = new Set<SpanNode>();
  for (const node of trace.nodes.values()) {
    if (!failed(node)) continue;
    for (let up = node.parent; up && !above.has(up); up = up.parent) above.add(up);
  }
  const deepest = [...trace.nodes.values()].filter((node) => failed(node) && !above.has(node));
  return deepest.slice(0, MOST_CAUSES).map((node) => ({
    services: servicesOn(wayTo(node), trace),
    clientImpacting: failed(trace.root),
  }));
}

/** Where the root's response time went: from the root to the child that took at least half of its parent's time, and so on. */
export function responseTimeCauses(trace: Trace): RootCause[] {
  if (trace.root.span.end_us === undefined || trace.root.span.end_us === trace.root.span.start_us) return [];
  const way: SpanNode[] = [];
  for (let node: SpanNode | undefined = trace.root; node; node = mainPart(node, trace.root)) way.push(node);
  return [{ services: servicesOn(way, trace), clientImpacting: true }];
}

function mainPart(node: SpanNode, root: SpanNode): SpanNode | undefined {
  let main: SpanNode | undefined;
  for (const child of node.children) if (!main || overlap(child, root) > overlap(main, root)) main = child;
  const part = main ? overlap(main, root) : 0;
  return part > 0 && part >= overlap(node, root) * LEAST_SHARE ? main : undefined;
}

function wayTo(node: SpanNode): SpanNode[] {
  const way: SpanNode[] = [];
  for (let at: SpanNode | undefined = node; at; at = at.parent) way.push(at);
  return way.toReversed();
}

function overlap(node: SpanNode, root: SpanNode): number {
  const end = Math.min(node.span.end_us ?? node.span.start_us, root.span.end_us ?? root.span.start_us);
  return Math.max(0, end - Math.max(node.span.start_us, root.span.start_us));
}

function servicesOn(way: readonly SpanNode[], trace: Trace): CauseService[] {
  const total = overlap(trace.root, trace.root);
  const services: CauseService[] = [];
  for (const node of way) {
    const { span } = node;
    const remote = span.kind === 'client' || span.kind === 'producer';
    const entity: CauseEntity = {
      name: isEntry(node) && !remote ? span.service : remote ? (span.peer?.name ?? span.name) : span.name,
      remote,
      exceptions: span.exceptions ?? [],
      coverage: total > 0 ? Number((overlap(node, trace.root) / total).toFixed(4)) : 0,
    };
    const place = servicePlace(span);
    const last = services.at(-1);
    if (last && !isEntry(node) && last.place.name === place.name) last.entities.push(entity);
    else {
      const account_id = span.resource?.account_id;
      services.push({ place, inferred: false, entities: [entity], ...(account_id && { account_id }) });
    }
  }
  const inferred = inferredAt(way, services.at(-1)?.entities.at(-1)?.coverage ?? 0);
  return inferred ? [...services, inferred] : services;
}

/** The service nobody reported at the end of a way: what its last call went to. */
function inferredAt(way: readonly SpanNode[], coverage: number): CauseService | undefined {
  const call = way.findLast((node) => !isTransport(node));
  const last = way.at(-1);
  const peer = call?.span.peer;
  if (!call || !last || !peer || (call !== last && last.parent !== call)) return undefined;
  if ((call.span.kind !== 'client' && call.span.kind !== 'producer') || call.children.some(isEntry)) return undefined;
  const entity = { name: peer.name, remote: false, exceptions: call.span.exceptions ?? [], coverage };
  return { place: peerPlace(peer), inferred: true, entities: [entity] };
}
