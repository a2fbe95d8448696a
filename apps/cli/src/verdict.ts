import { edges, queues, shopServices } from '@throughline/contracts';
import { isEntry, traceEdges, type SpanNode, type Trace } from '@throughline/traces';

export interface Verdict {
  readonly complete: boolean;
  /** What has not come, for people; empty when the trace is complete. */
  readonly missing: readonly string[];
}

/** A purchase that was made: its trace must show every call that services.ts gives for one. */
export function isPurchase(trace: Trace): boolean {
  const { service, name, status } = trace.root.span;
  // A replay answers from the ledger and prices nothing.
  const priced = traceEdges(trace).some(({ to }) => to === 'pricing');
  return service === 'gateway' && name === 'POST /checkout' && status === 'ok' && priced;
}

/**
 * Whether all of a trace has come. A root whose parent is missing began outside (a load balancer, a browser) and misses
 * nothing. `whole` demands all that a purchase with a promo code does; otherwise only a trace that is a purchase is asked.
 */
export function judge(trace: Trace, whole = false): Verdict {
  const nodes = [...trace.nodes.values()];
  const named = ({ span }: SpanNode): string => `${span.service} ${span.name}`;
  const missing = [
    ...nodes.filter(({ span }) => span.end_us === undefined).map((node) => `the end of ${named(node)}`),
    ...nodes.filter((node) => node !== trace.root && isOrphan(node)).map((node) => `the parent of ${named(node)}`),
    ...nodes.filter(lacksAnswer).map((node) => `the other side of ${named(node)}`),
    ...(whole || isPurchase(trace) ? missingEdges(trace, whole) : []),
  ];
  return { complete: missing.length === 0, missing };
}

const isOrphan = ({ span, parent }: SpanNode): boolean => span.parent_id !== undefined && !parent;

/** A service of the shop reports every call that reaches it, and every message is taken from its queue. */
function lacksAnswer({ span, children }: SpanNode): boolean {
  const { kind, peer, status } = span;
  if (!peer || status === 'fault') return false;
  const reports =
    (kind === 'producer' && queues.includes(peer.name)) ||
    (kind === 'client' && peer.kind === 'http' && shopServices.some((name) => name === peer.name));
  return reports && !children.some(isEntry);
}

function missingEdges(trace: Trace, whole: boolean): string[] {
  const text = ({ from, to, kind }: { from: string; to: string; kind: string }): string => `${from} → ${to} (${kind})`;
  const seen = new Set(traceEdges(trace).map(text));
  // Only a purchase with a promo code asks for promotions.
  const asked = whole || [...trace.nodes.values()].some(({ span }) => 'shop.promo_code' in span.annotations);
  return edges('purchase')
    .filter(({ from, to }) => asked || (from !== 'promotions' && to !== 'promotions'))
    .map(text)
    .filter((edge) => !seen.has(edge));
}
