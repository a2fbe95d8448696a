import {
  createContextKey,
  isSpanContextValid,
  trace,
  TraceFlags,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import type { Carrier } from '@throughline/contracts';
import { resolveContext, toCarrier } from '../context.ts';

const FIELDS = ['traceparent', 'x-amzn-trace-id'] as const;

/** Set on an extracted context that names a trace but no parent span. */
export const NO_PARENT = createContextKey('throughline.no-parent');
/** Set on an extracted context that leaves the sampling decision to us. */
export const UNDECIDED = createContextKey('throughline.undecided');

/** Stands in for the parent of a Root-only header; no span ever has it, and the span processor takes it out again. */
const PLACEHOLDER = 'ffffffffffffffff';

/** Reads and writes both `traceparent` and `X-Amzn-Trace-Id`, with the precedence of `resolveContext`. */
export class BothHeadersPropagator implements TextMapPropagator {
  fields(): string[] {
    return [...FIELDS];
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(context);
    if (!span || !isSpanContextValid(span) || isTracingSuppressed(context)) return;
    const sampled = (span.traceFlags & TraceFlags.SAMPLED) !== 0;
    const headers = toCarrier({ traceId: span.traceId, parentId: span.spanId, sampled });
    for (const field of FIELDS) setter.set(carrier, field, headers[field]);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const read = (field: string): string | undefined => [getter.get(carrier, field)].flat()[0];
    return contextFrom(context, { traceparent: read('traceparent'), 'x-amzn-trace-id': read('x-amzn-trace-id') });
  }
}

/** The context with the carrier's span as its remote parent, or as it was where the carrier has none. */
export function contextFrom(context: Context, carrier: Carrier): Context {
  const remote = resolveContext(carrier);
  if (!remote) return context;
  const parented = trace.setSpanContext(context, {
    traceId: remote.traceId,
    spanId: remote.parentId ?? PLACEHOLDER,
    traceFlags: remote.sampled === false ? TraceFlags.NONE : TraceFlags.SAMPLED,
    isRemote: true,
  });
  const decided = remote.sampled === undefined ? parented.setValue(UNDECIDED, true) : parented;
  return remote.parentId ? decided : decided.setValue(NO_PARENT, true);
}
