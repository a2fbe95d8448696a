/** What a span does for its service. */
export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';
/** How it ended; `error` is the caller's mistake (4xx), `throttle` is 429, `fault` is the service's own (5xx, exceptions). */
export type SpanStatus = 'ok' | 'error' | 'throttle' | 'fault';
export type PeerKind = 'http' | 'sql' | 'dynamodb' | 'sqs' | 'aws';
export type Sdk = 'otel' | 'xray' | 'unknown';
export type AnnotationValue = string | number | boolean;

/** What a client or producer calls, or the queue a consumer takes from. */
export interface Peer {
  name: string;
  kind: PeerKind;
  /** X-Ray's type where the kind does not tell it ("AWS::S3::Bucket"). */
  type?: string;
}

export interface SpanHttp {
  method?: string;
  url?: string;
  route?: string;
  status?: number;
  user_agent?: string;
  client_ip?: string;
}

export interface SpanSql {
  query?: string;
  database_type?: string;
  url?: string;
  user?: string;
}

export interface SpanAws {
  /** The AWS service as its SDK spells it: "DynamoDB", "SQS". */
  service?: string;
  operation?: string;
  table_name?: string;
  queue_url?: string;
  region?: string;
  request_id?: string;
}

export interface SpanException {
  type?: string;
  message?: string;
  stack?: { path?: string; line?: number; label?: string }[];
  remote?: boolean;
}

/** Where a segment ran, and the AWS resources it names. */
export interface SpanResource {
  account_id?: string;
  arns?: string[];
  instance_id?: string;
  availability_zone?: string;
}

/** One unit of work, whichever SDK recorded it. Times are epoch microseconds. */
export interface Span {
  /** 32 lower-case hex. */
  trace_id: string;
  /** 16 lower-case hex. */
  span_id: string;
  parent_id?: string;
  /** The owning service. Empty where only another document knows it; `assembleTrace` fills it in from the enclosing segment. */
  service: string;
  /** The operation, for people: "POST /checkout", "SELECT seats", "DynamoDB.PutItem", "order-placed send". */
  name: string;
  kind: SpanKind;
  peer?: Peer;
  sdk: Sdk;
  start_us: number;
  /** Absent while the span is in progress. */
  end_us?: number;
  status: SpanStatus;
  /** Where the service runs, as X-Ray names it ("AWS::ECS::Container"). `assembleTrace` passes a segment's on to what it contains. */
  origin?: string;
  user?: string;
  resource?: SpanResource;
  http?: SpanHttp;
  sql?: SpanSql;
  aws?: SpanAws;
  annotations: Record<string, AnnotationValue>;
  metadata?: Record<string, unknown>;
  exceptions?: SpanException[];
  links?: { trace_id: string; span_id: string }[];
}
