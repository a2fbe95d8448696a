/**
 * The parts of OTLP that are read, as its JSON mapping spells them (camelCase; ids as hex; 64-bit numbers as strings, or bigint
 * from a protobuf decoder). Everything is optional because senders leave out what has its default value.
 * https://github.com/open-telemetry/opentelemetry-proto
 */
export interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string | number | bigint;
  doubleValue?: number | string;
  arrayValue?: { values?: AnyValue[] };
  kvlistValue?: { values?: KeyValue[] };
  bytesValue?: string;
}

export interface KeyValue {
  key?: string;
  value?: AnyValue;
}

export type Nanos = string | number | bigint;

export interface OtlpResource {
  attributes?: KeyValue[];
}

export interface OtlpScope {
  name?: string;
  version?: string;
}

export interface OtlpEvent {
  timeUnixNano?: Nanos;
  name?: string;
  attributes?: KeyValue[];
}

export interface OtlpSpan {
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  name?: string;
  kind?: number | string;
  startTimeUnixNano?: Nanos;
  endTimeUnixNano?: Nanos;
  attributes?: KeyValue[];
  events?: OtlpEvent[];
  links?: { traceId?: string; spanId?: string }[];
  status?: { code?: number | string; message?: string };
}

export interface OtlpTracesRequest {
  resourceSpans?: {
    resource?: OtlpResource;
    scopeSpans?: { scope?: OtlpScope; spans?: OtlpSpan[] }[];
  }[];
}
