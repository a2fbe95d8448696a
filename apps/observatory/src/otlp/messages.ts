/** A message's fields by number: name, and a scalar or the name of a message; a leading `repeated ` collects. */
export type Message = Readonly<Record<number, readonly [name: string, type: string]>>;

/**
 * The OTLP messages that are read, by field number; fields not listed are skipped. Names are those of the JSON mapping.
 * https://github.com/open-telemetry/opentelemetry-proto (common, resource, trace, logs v1)
 */
export const MESSAGES = {
  ExportTraceServiceRequest: { 1: ['resourceSpans', 'repeated ResourceSpans'] },
  ResourceSpans: { 1: ['resource', 'Resource'], 2: ['scopeSpans', 'repeated ScopeSpans'] },
  ScopeSpans: { 1: ['scope', 'Scope'], 2: ['spans', 'repeated Span'] },
  Span: {
    1: ['traceId', 'hex'],
    2: ['spanId', 'hex'],
    4: ['parentSpanId', 'hex'],
    5: ['name', 'string'],
    6: ['kind', 'int'],
    7: ['startTimeUnixNano', 'fixed64'],
    8: ['endTimeUnixNano', 'fixed64'],
    9: ['attributes', 'repeated KeyValue'],
    11: ['events', 'repeated Event'],
    13: ['links', 'repeated Link'],
    15: ['status', 'Status'],
  },
  Event: { 1: ['timeUnixNano', 'fixed64'], 2: ['name', 'string'], 3: ['attributes', 'repeated KeyValue'] },
  Link: { 1: ['traceId', 'hex'], 2: ['spanId', 'hex'], 4: ['attributes', 'repeated KeyValue'] },
  Status: { 2: ['message', 'string'], 3: ['code', 'int'] },

  ExportLogsServiceRequest: { 1: ['resourceLogs', 'repeated ResourceLogs'] },
  ResourceLogs: { 1: ['resource', 'Resource'], 2: ['scopeLogs', 'repeated ScopeLogs'] },
  ScopeLogs: { 1: ['scope', 'Scope'], 2: ['logRecords', 'repeated LogRecord'] },
  LogRecord: {
    1: ['timeUnixNano', 'fixed64'],
    2: ['severityNumber', 'int'],
    3: ['severityText', 'string'],
    5: ['body', 'AnyValue'],
    6: ['attributes', 'repeated KeyValue'],
    9: ['traceId', 'hex'],
    10: ['spanId', 'hex'],
    11: ['observedTimeUnixNano', 'fixed64'],
    12: ['eventName', 'string'],
  },

  Resource: { 1: ['attributes', 'repeated KeyValue'] },
  Scope: { 1: ['name', 'string'], 2: ['version', 'string'] },
  KeyValue: { 1: ['key', 'string'], 2: ['value', 'AnyValue'] },
  AnyValue: {
    1: ['stringValue', 'string'],
    2: ['boolValue', 'bool'],
    3: ['intValue', 'int'],
    4: ['doubleValue', 'double'],
    5: ['arrayValue', 'ArrayValue'],
    6: ['kvlistValue', 'KeyValueList'],
    7: ['bytesValue', 'base64'],
  },
  ArrayValue: { 1: ['values', 'repeated AnyValue'] },
  KeyValueList: { 1: ['values', 'repeated KeyValue'] },
} as const satisfies Record<string, Message>;
