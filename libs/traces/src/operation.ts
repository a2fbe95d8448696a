import type { Peer, Span } from './span.ts';

type Named = Pick<Span, 'kind' | 'http' | 'sql' | 'aws' | 'peer'>;

/**
 * The operation as people say it, the same for both SDKs: method and route of an HTTP call, verb and table of a query,
 * service and operation of an AWS call, queue and verb of a message. `recorded` is the SDK's own name, used where nothing better is known.
 */
export function operationName(span: Named, recorded: string): string {
  if (span.peer?.kind === 'sqs') {
    if (span.kind === 'producer') return `${span.peer.name} send`;
    if (span.kind === 'consumer') return `${span.peer.name} process`;
  }
  if (span.aws?.operation) return `${span.aws.service ?? span.peer?.name ?? recorded}.${span.aws.operation}`;
  if (span.sql) return summarizeSql(span.sql.query) ?? recorded.replace(/^pg\.query:/, '');
  if (span.http?.method) return httpOperation(span.http.method, span.http.route ?? withoutIds(pathOf(span.http.url)));
  return recorded;
}

function httpOperation(method: string, path: string | undefined): string {
  return path ? `${method} ${path}` : method;
}

/** A path in which whatever looks like an id reads `:id`, so that one operation has one name. */
function withoutIds(path: string | undefined): string | undefined {
  return path
    ?.split('/')
    .map((part) => ((/\d/.test(part) && !/^v\d+$/.test(part)) || part.length > LONGEST_WORD ? ':id' : part))
    .join('/');
}

const LONGEST_WORD = 32;

/** Path of a URL, absolute or not, without its query; undefined where there is none. */
export function pathOf(url: string | undefined): string | undefined {
  if (!url) return undefined;
  const afterHost = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  return afterHost.replace(/[?#].*$/s, '') || (afterHost === url ? undefined : '/');
}

const VERB = /^\s*(?:\/\*.*?\*\/\s*)?(?:with\b.*?\)\s*(?=select|insert|update|delete))?([a-z]+)/is;
const TABLE: Record<string, RegExp> = {
  SELECT: /\bfrom\s+(?:only\s+)?"?([\w.]+)/i,
  DELETE: /\bfrom\s+(?:only\s+)?"?([\w.]+)/i,
  INSERT: /\binto\s+"?([\w.]+)/i,
  UPDATE: /\bupdate\s+(?:only\s+)?"?([\w.]+)/i,
};
const LONGEST_READ = 2000;

/** Verb and first table of a statement ("SELECT seats"), after OpenTelemetry's `db.query.summary`; undefined without a statement. */
export function summarizeSql(query: string | undefined): string | undefined {
  const text = query?.slice(0, LONGEST_READ);
  const verb = text && VERB.exec(text)?.[1]?.toUpperCase();
  if (!text || !verb) return undefined;
  const table = TABLE[verb]?.exec(text)?.[1];
  return table ? `${verb} ${table}` : verb;
}

/** The last part of a queue's URL or ARN: its name. */
export function queueName(url: string | undefined): string | undefined {
  return url?.split(/[/:]/).at(-1) || undefined;
}

interface AwsCall {
  service?: string;
  table_name?: string;
  queue_url?: string;
  bucket_name?: string | undefined;
  function_name?: string | undefined;
}

/** Names an AWS call's other side: the table, the queue, the bucket, the function, or the AWS service itself. */
export function awsPeer(aws: AwsCall, name: string): Peer {
  if (aws.table_name) return { name: aws.table_name, kind: 'dynamodb' };
  if (aws.service === 'DynamoDB') {
    return { name, kind: 'dynamodb', ...(/^dynamo ?db$/i.test(name) && { type: 'AWS::DynamoDB' }) };
  }
  if (aws.queue_url || aws.service === 'SQS') return { name: queueName(aws.queue_url) ?? name, kind: 'sqs' };
  if (aws.bucket_name) return { name: aws.bucket_name, kind: 'aws', type: 'AWS::S3::Bucket' };
  if (aws.function_name) return { name: aws.function_name, kind: 'aws', type: 'AWS::Lambda' };
  return { name, kind: 'aws' };
}
