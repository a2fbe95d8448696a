import type { JsonObject } from '../json.ts';

/**
 * A segment document, or an embedded or independent subsegment, as X-Ray defines it. Times are epoch seconds.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export interface SegmentDocument {
  name: string;
  id: string;
  trace_id?: string;
  parent_id?: string;
  type?: 'subsegment';
  namespace?: string;
  start_time: number;
  end_time?: number;
  in_progress?: boolean;
  origin?: string;
  user?: string;
  service?: { version?: string };
  fault?: boolean;
  error?: boolean;
  throttle?: boolean;
  http?: { request?: JsonObject; response?: JsonObject };
  aws?: JsonObject;
  sql?: JsonObject;
  cause?: { working_directory?: string; exceptions: JsonObject[] };
  annotations?: Record<string, string | number | boolean>;
  metadata?: Record<string, JsonObject>;
  links?: { trace_id: string; id: string }[];
  subsegments?: SegmentDocument[];
}

/** What a segment document has no place for, kept under this metadata namespace by `toSegmentDocument`. */
export const OTEL_METADATA = 'otel';
/** Annotation that tells which queue a consumer's segment took its message from. */
export const QUEUE_ANNOTATION = 'messaging.destination.name';
export const ROUTE_ANNOTATION = 'http.route';
