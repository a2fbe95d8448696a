import { isEntry, type PeerKind, type Sdk, type Span, type SpanNode, type Trace } from '@throughline/traces';
import { clean } from './text.ts';

export type RowKind = PeerKind | 'internal';

/** One line of the waterfall. Times are epoch microseconds. */
export interface Row {
  readonly span: Span;
  /** Lines of the tree in front of it: "│ ├ ". */
  readonly guide: string;
  /** The same for a line that continues it. */
  readonly under: string;
  readonly kind: RowKind;
  /** The SDK that recorded it; that of the callee where caller and callee stand on one line. */
  readonly sdk: Sdk;
  /** Service, database, table or queue; empty for work inside the service above. */
  readonly who: string;
  /** It left the services that are traced. */
  readonly outside: boolean;
  readonly operation: string;
  /** Of an HTTP answer that is an error. */
  readonly http_status?: number;
  /** What went wrong here, for people. */
  readonly problem?: string;
  readonly start_us: number;
  readonly end_us?: number;
  /** The callee's own time, where the line stands for a call and its answer. */
  readonly inner?: { readonly start_us: number; readonly end_us?: number };
  /** Time between caller and callee: network and accept queue, or the wait in an SQS queue. */
  readonly gap_us?: number;
  /** Since when the message of a consumer had been waiting. */
  readonly queued_us?: number;
  /** Its parent is not in the trace. */
  readonly orphan: boolean;
}

/** A path whose callee did not report has ids where a route has names. */
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

interface Open {
  readonly node: SpanNode;
  readonly guide: string;
  readonly under: string;
  readonly top: boolean;
}

/** The waterfall of a trace, parents first. A call whose callee reported is one row with it. */
export function rowsOf(trace: Trace): Row[] {
  const rows: Row[] = [];
  const open: Open[] = trace.roots.toReversed().map((node) => ({ node, guide: '', under: '', top: true }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, guide, under, top } = next;
    const callee = calleeOf(node);
    const below = callee ? [...node.children.filter((child) => child !== callee), ...callee.children] : node.children;
    const children = callee ? below.toSorted((a, b) => a.span.start_us - b.span.start_us) : below;
    const continued = children.length > 0 ? `${under}│ ` : `${under}  `;
    rows.push({
      ...(callee ? foldedRow(node, callee) : singleRow(node)),
      guide,
      under: continued,
      orphan: top && node.span.parent_id !== undefined,
    });
    children.toReversed().forEach((child, index) => {
      const last = index === 0;
      open.push({
        node: child,
        guide: `${under}${last ? '└ ' : '├ '}`,
        under: `${under}${last ? '  ' : '│ '}`,
        top: false,
      });
    });
  }
  return rows;
}

/** The callee of a call, if it alone reported. */
function calleeOf(node: SpanNode): SpanNode | undefined {
  if (node.span.kind !== 'client') return undefined;
  const [entry, second] = node.children.filter(isEntry);
  return entry && !second && entry.span.kind === 'server' ? entry : undefined;
}

type Bare = Omit<Row, 'guide' | 'under' | 'orphan'>;

function foldedRow({ span: call }: SpanNode, { span: answer }: SpanNode): Bare {
  const [whole, own] = [took(call), took(answer)];
  const gap_us = whole === undefined || own === undefined ? undefined : whole - own;
  const problem = problemOf(answer) ?? problemOf(call);
  return {
    span: call,
    kind: 'http',
    sdk: answer.sdk,
    who: clean(answer.service),
    outside: false,
    operation: clean(answer.name),
    ...statusOf(answer, call),
    ...(problem && { problem }),
    start_us: Math.min(call.start_us, answer.start_us),
    ...(call.end_us !== undefined && { end_us: Math.max(call.end_us, answer.end_us ?? 0) }),
    inner: { start_us: answer.start_us, ...(answer.end_us !== undefined && { end_us: answer.end_us }) },
    ...(gap_us !== undefined && gap_us > 0 && { gap_us }),
  };
}

function singleRow(node: SpanNode): Bare {
  const { span, parent } = node;
  const queued = span.kind === 'consumer' && parent?.span.kind === 'producer' ? parent.span : undefined;
  const queued_us = queued && (queued.end_us ?? queued.start_us);
  const problem = problemOf(span);
  return {
    span,
    ...placeOf(node),
    sdk: span.sdk,
    ...(problem && { problem }),
    start_us: span.start_us,
    ...(span.end_us !== undefined && { end_us: span.end_us }),
    ...(queued_us !== undefined && queued_us < span.start_us && { queued_us, gap_us: span.start_us - queued_us }),
  };
}

function placeOf(node: SpanNode): Pick<Bare, 'kind' | 'who' | 'operation' | 'http_status' | 'outside'> {
  const { span } = node;
  const { peer } = span;
  if (isEntry(node)) {
    const kind = span.kind === 'consumer' ? 'sqs' : span.http ? 'http' : 'internal';
    return { kind, who: clean(span.service), operation: clean(span.name), ...statusOf(span), outside: false };
  }
  if (!peer) return { kind: 'internal', who: '', operation: clean(span.name), outside: false };
  const verb = peer.kind === 'sqs' ? /^\S+ send$/.exec(span.name) && 'send' : span.aws?.operation;
  return {
    kind: peer.kind,
    who: clean(peer.name),
    operation: clean(verb ?? span.name).replaceAll(UUID, '…'),
    ...statusOf(span),
    outside: peer.kind === 'http',
  };
}

function statusOf(span: Span, caller?: Span): { http_status?: number } {
  const status = span.http?.status ?? caller?.http?.status;
  return status !== undefined && status >= 400 ? { http_status: status } : {};
}

const took = ({ start_us, end_us }: Span): number | undefined => end_us && end_us - start_us;

function problemOf({ exceptions, status }: Span): string | undefined {
  const [exception] = exceptions ?? [];
  if (!exception) return undefined;
  const { type, message } = exception;
  const text = clean([type, message].filter(Boolean).join(': '));
  return text || (status === 'ok' ? undefined : 'failed without a message');
}
