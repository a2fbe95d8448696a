import type { SpanNode, Trace } from './assemble.ts';
import type { Peer, PeerKind, Span } from './span.ts';

export type NodeKind = 'client' | 'service' | PeerKind;
export type EdgeKind = 'http' | 'sqs' | 'sql' | 'dynamodb' | 'aws';

/** What an edge starts from or ends at. `type` is X-Ray's: "client", "remote", "AWS::SQS::Queue", "Database::SQL"; a service has its origin or none. */
export interface Place {
  name: string;
  kind: NodeKind;
  type?: string;
}

/** One call or message seen in a trace, measured by `span`. */
export interface Crossing {
  from: Place;
  to: Place;
  kind: EdgeKind;
  /** True for a message taken from a queue: the sender does not wait for it. */
  link: boolean;
  span: Span;
  /** What the caller called the other side, where that is not its name. */
  alias?: string;
  /** How long a message was on its way, from the end of its sending to the start of its handling; only of links. */
  age_us?: number;
}

/** X-Ray's node in front of a service that a client calls: it bears the service's name. */
const clientOf = (service: Place): Place => ({ name: service.name, kind: 'client', type: 'client' });

export function servicePlace(span: Span): Place {
  return { name: span.service, kind: 'service', ...(span.origin && { type: span.origin }) };
}

/** True for the span with which a service takes over: X-Ray's segment. */
export function isEntry(node: SpanNode): boolean {
  const { span, parent } = node;
  return span.kind === 'server' || span.kind === 'consumer' || !parent || parent.span.service !== span.service;
}

/**
 * Every crossing of a trace, in the order of time. A call whose other side reported is an edge between the two services,
 * whatever the caller called it; a call without one ends at an inferred node. A queue is always a node: the producer's edge
 * ends at it and the consumer's starts there. Other calls to a queue (receive, delete) move no message and cross nothing.
 */
export function crossings(trace: Trace): Crossing[] {
  const found: Crossing[] = [];
  for (const node of trace.nodes.values()) {
    if (isEntry(node)) found.push(...arrivals(node, trace));
    const departure = departureOf(node);
    if (departure) found.push(departure);
  }
  return found.toSorted((a, b) => a.span.start_us - b.span.start_us);
}

function arrivals(node: SpanNode, trace: Trace): Crossing[] {
  const { span, parent } = node;
  const to = servicePlace(span);
  if (span.kind === 'consumer' && span.peer) {
    const queue = peerPlace(span.peer);
    const taken: Crossing = { from: queue, to, kind: 'sqs', link: true, span, ...ageOf(span, parent?.span) };
    const sent = !parent || (parent.span.kind === 'producer' && parent.span.peer?.name === queue.name);
    return sent
      ? [taken]
      : [{ from: servicePlace(parent.span), to: queue, kind: 'sqs', link: false, span: parent.span }, taken];
  }
  if (!parent)
    return node === trace.root && span.kind === 'server'
      ? [{ from: clientOf(to), to, kind: 'http', link: false, span }]
      : [];
  const asynchronous = span.kind === 'consumer' || parent.span.kind === 'producer';
  const measured = parent.span.kind === 'client' ? parent.span : span;
  const called = parent.span.peer?.name;
  return [
    {
      from: servicePlace(parent.span),
      to,
      kind: asynchronous ? 'sqs' : 'http',
      link: asynchronous,
      span: measured,
      ...(called && called !== to.name && !asynchronous && { alias: called }),
      ...(asynchronous && ageOf(span, parent.span)),
    },
  ];
}

function ageOf(taken: Span, sent: Span | undefined): { age_us?: number } {
  return sent ? { age_us: Math.max(0, taken.start_us - (sent.end_us ?? sent.start_us)) } : {};
}

function departureOf(node: SpanNode): Crossing | undefined {
  const { span } = node;
  if ((span.kind !== 'client' && span.kind !== 'producer') || !span.peer) return undefined;
  if (isTransport(node)) return undefined;
  const queue = span.peer.kind === 'sqs';
  if (queue ? span.kind !== 'producer' : node.children.some(isEntry)) return undefined;
  return { from: servicePlace(span), to: peerPlace(span.peer), kind: span.peer.kind, link: false, span };
}

/** A client span under another client span of its service is that call's transport (the HTTP request of an AWS call). */
export function isTransport(node: SpanNode): boolean {
  const above = node.parent?.span;
  return above?.service === node.span.service && (above.kind === 'client' || above.kind === 'producer') && !!above.peer;
}

const TYPES: Record<PeerKind, (name: string) => string> = {
  http: () => 'remote',
  sql: () => 'Database::SQL',
  dynamodb: () => 'AWS::DynamoDB::Table',
  sqs: () => 'AWS::SQS::Queue',
  aws: (name) => `AWS::${name.replaceAll(' ', '')}`,
};

export function peerPlace({ name, kind, type = TYPES[kind](name) }: Peer): Place {
  return { name, kind, type };
}

/** The edges of one trace, each once, in the order of time, without the client in front of it. */
export function traceEdges(trace: Trace): { from: string; to: string; kind: EdgeKind }[] {
  const edges = new Map<string, { from: string; to: string; kind: EdgeKind }>();
  for (const { from, to, kind } of crossings(trace)) {
    const key = JSON.stringify([from.name, to.name, kind]);
    if (from.kind !== 'client' && !edges.has(key)) edges.set(key, { from: from.name, to: to.name, kind });
  }
  return [...edges.values()];
}
