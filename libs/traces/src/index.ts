export { toSpanId, toTraceId, toXRayTraceId } from './ids.ts';
export type {
  AnnotationValue,
  Peer,
  PeerKind,
  Sdk,
  Span,
  SpanAws,
  SpanException,
  SpanHttp,
  SpanKind,
  SpanResource,
  SpanSql,
  SpanStatus,
} from './span.ts';
export {
  readAnyValue,
  readAttributes,
  nanosToMicros,
  type Attributes,
  type AttributeValue,
} from './otlp/attributes.ts';
export { otlpToDocuments, readOtlpTraces } from './otlp/read-traces.ts';
export { toSegmentDocument } from './otlp/to-document.ts';
export type {
  AnyValue,
  KeyValue,
  Nanos,
  OtlpEvent,
  OtlpResource,
  OtlpScope,
  OtlpSpan,
  OtlpTracesRequest,
} from './otlp/types.ts';
export type { SegmentDocument } from './xray/document.ts';
export {
  checkDocument,
  lastEnd,
  parseDocument,
  toMicros,
  type ParsedDocument,
  type ParseResult,
} from './xray/parse-document.ts';
export { readDocument, readParsedDocument } from './xray/read-document.ts';
export { assembleTrace, walk, type SpanNode, type Trace } from './assemble.ts';
export {
  crossings,
  isEntry,
  servicePlace,
  traceEdges,
  type Crossing,
  type EdgeKind,
  type NodeKind,
  type Place,
} from './crossings.ts';
export { ServiceGraph, traceGraph, type GraphEdge, type GraphNode } from './graph.ts';
export {
  failureCauses,
  responseTimeCauses,
  type CauseEntity,
  type CauseService,
  type RootCause,
} from './root-causes.ts';
export { clockSkews, type ClockSkew } from './skew.ts';
export { Tally, type Histogram, type Statistics } from './statistics.ts';
