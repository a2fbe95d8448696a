import { edges } from '@throughline/contracts';
import { traceEdges, type Trace } from '@throughline/traces';

export interface Verdict {
  readonly complete: boolean;
  /** What has not come, for people; empty when the trace is complete. */
  readonly missing: readonly string[];
}

/** A purchase that was made: its trace must show every call that services.ts gives for one. */
export function isPurchase(trace: Trace): boolean {
  const { service, name, status } = trace.root.span;
  // A replay answers from the ledger and prices nothing.
  return service === 'gateway' && name === 'POST /checkout' && status === 'ok' && 'pricing' in callsOf(trace);
}

const callsOf = (trace: Trace): Record<string, true> =>
  Object.fromEntries(traceEdges(trace).map(({ to }) => [to, true as const]));

/**
 * Whether all of a trace has come. A root whose parent is missing began outside (a load balancer, a browser) and misses
 * nothing. `whole` demands every edge of a purchase; otherwise only a trace that is a purchase is asked for them.
 */
export function judge(trace: Trace, whole = false): Verdict {
  const open = [...trace.nodes.values()].filter(({ span }) => span.end_us === undefined).map(({ span }) => span);
  const orphans = trace.missing_parents.filter((span) => span !== trace.root.span);
  const missing = [
    ...open.map((span) => `the end of ${span.service} ${span.name}`),
    ...orphans.map((span) => `the parent of ${span.service} ${span.name}`),
    ...(whole || isPurchase(trace) ? missingEdges(trace, whole) : []),
  ];
  return { complete: missing.length === 0, missing };
}

function missingEdges(trace: Trace, whole: boolean): string[] {
  const key = (from: string, to: string, kind: string): string => `${from} → ${to} (${kind})`;
  const seen = new Set(traceEdges(trace).map(({ from, to, kind }) => key(from, to, kind)));
  // Only a purchase with a promo code asks for promotions.
  const asked = whole || [...trace.nodes.values()].some(({ span }) => 'shop.promo_code' in span.annotations);
  return edges('purchase')
    .filter(({ from, to }) => asked || (from !== 'promotions' && to !== 'promotions'))
    .map(({ from, to, kind }) => key(from, to, kind))
    .filter((edge) => !seen.has(edge));
}
