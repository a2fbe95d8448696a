import { type SpanNode, type Trace } from './assemble.ts';
import { isEntry } from './crossings.ts';
import type { Span } from './span.ts';

/** A callee that seems to run outside of the call that it answers, which only clocks that disagree explain. */
export interface ClockSkew {
  caller: Span;
  callee: Span;
  /** How far the callee's clock must at least be off, in microseconds: negative when it is behind its caller's. */
  skew_us: number;
}

/** Clocks of whole milliseconds may disagree by this much without being wrong. */
const GRAIN_US = 1000;
/** The X-Ray SDK rounds both ends to milliseconds (`Date.now()`), and so does whoever stands on the other side. */
const XRAY_GRAIN_US = 2000;

/**
 * Where the clocks of two services disagree: synchronous calls whose callee starts before its caller, or ends after it, by more
 * than a millisecond, or 2 ms where a document of the X-Ray SDK takes part. Nothing is moved; times stay as they were recorded.
 */
export function clockSkews(trace: Trace): ClockSkew[] {
  return [...trace.nodes.values()].flatMap((node) => skewOf(node) ?? []);
}

function skewOf(node: SpanNode): ClockSkew | undefined {
  const { span, parent } = node;
  if (!parent || span.kind !== 'server' || parent.span.kind !== 'client' || !isEntry(node)) return undefined;
  if (span.end_us === undefined || parent.span.end_us === undefined) return undefined;
  const early = parent.span.start_us - span.start_us;
  const late = span.end_us - parent.span.end_us;
  const fits = span.end_us - span.start_us <= parent.span.end_us - parent.span.start_us;
  const grain = span.sdk === 'otel' && parent.span.sdk === 'otel' ? GRAIN_US : XRAY_GRAIN_US;
  // A callee that ends late and is longer than its call answered before it was done.
  if (early <= grain && (late <= grain || !fits)) return undefined;
  return { caller: parent.span, callee: span, skew_us: early > grain ? -early : late };
}
