import type { KeyValue, OtlpSpan, OtlpTracesRequest } from '../otlp/types.ts';

/** Builders for tests: OTLP requests and X-Ray documents of one small trace. */
export const TRACE = '5f84c7a1e7d0fb5b6b8c9d0e1f2a3b4c';
export const XRAY_TRACE = '1-5f84c7a1-e7d0fb5b6b8c9d0e1f2a3b4c';
/** Epoch microseconds at which the test's trace begins. */
export const START_US = 1_790_000_000_000_000;

export const id = (n: number) => n.toString(16).padStart(16, '0');

type Plain = string | number | boolean | string[];

function attributes(values: Record<string, Plain>): KeyValue[] {
  return Object.entries(values).map(([key, value]) => {
    if (Array.isArray(value))
      return { key, value: { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } } };
    if (typeof value === 'number') return { key, value: { intValue: value } };
    return { key, value: typeof value === 'boolean' ? { boolValue: value } : { stringValue: value } };
  });
}

export interface SpanOptions {
  kind?: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
  name?: string;
  at?: number;
  for?: number;
  attributes?: Record<string, Plain>;
  status?: OtlpSpan['status'];
  events?: OtlpSpan['events'];
}

/** An OTLP span; `at` and `for` are milliseconds from the trace's start. */
export function otlpSpan(n: number, parent: number | undefined, options: SpanOptions = {}): OtlpSpan {
  const start = BigInt(START_US + (options.at ?? n) * 1000) * 1000n;
  return {
    traceId: TRACE,
    spanId: id(n),
    ...(parent !== undefined && { parentSpanId: id(parent) }),
    name: options.name ?? 'work',
    kind: `SPAN_KIND_${options.kind ?? 'INTERNAL'}`,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt((options.for ?? 5) * 1_000_000)),
    attributes: attributes(options.attributes ?? {}),
    ...(options.status && { status: options.status }),
    ...(options.events && { events: options.events }),
  };
}

export function otlpRequest(service: string, ...spans: OtlpSpan[]): OtlpTracesRequest {
  const resource = attributes({
    'service.name': service,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': '3.1.0',
  });
  return { resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ scope: { name: 'test' }, spans }] }] };
}

export interface DocumentOptions {
  at?: number;
  for?: number;
  [member: string]: unknown;
}

/** Members that segments and subsegments share. */
export function subsegment(n: number, name: string, { at = n, for: length = 5, ...rest }: DocumentOptions = {}) {
  const start = START_US / 1e6 + at / 1000;
  return { id: id(n), name, start_time: start, end_time: start + length / 1000, ...rest };
}

export function segment(n: number, parent: number | undefined, name: string, options: DocumentOptions = {}) {
  return {
    ...subsegment(n, name, options),
    trace_id: XRAY_TRACE,
    ...(parent !== undefined && { parent_id: id(parent) }),
    aws: { xray: { sdk: 'X-Ray for Node.js', sdk_version: '3.12.0' } },
  };
}
