import { compact, listOf, numberOf, textOf, type JsonObject } from '../json.ts';
import type { SpanKind } from '../span.ts';
import type { Attributes } from './attributes.ts';

/** X-Ray's `http` block from the HTTP conventions, stable names before old ones; undefined for a span that is no HTTP call. */
export function httpBlock(attributes: Attributes): { request?: JsonObject; response?: JsonObject } | undefined {
  const method = textOf(attributes['http.request.method']) ?? textOf(attributes['http.method']);
  const request = compact({
    method,
    url: method ? urlOf(attributes) : undefined,
    user_agent: textOf(attributes['user_agent.original']) ?? textOf(attributes['http.user_agent']),
    client_ip: textOf(attributes['client.address']) ?? textOf(attributes['http.client_ip']),
  });
  const response = compact({
    status: numberOf(attributes['http.response.status_code']) ?? numberOf(attributes['http.status_code']),
    content_length: numberOf(attributes['http.response.body.size']),
  });
  return compact({ request, response });
}

function urlOf(attributes: Attributes): string | undefined {
  const full = textOf(attributes['url.full']) ?? textOf(attributes['http.url']);
  if (full) return full;
  const path = textOf(attributes['url.path']) ?? textOf(attributes['http.target']);
  const host = textOf(attributes['server.address']) ?? textOf(attributes['http.host']);
  if (!path || !host) return path;
  const scheme = textOf(attributes['url.scheme']) ?? textOf(attributes['http.scheme']) ?? 'http';
  const port = numberOf(attributes['server.port']);
  const usual = port === undefined || port === (scheme === 'https' ? 443 : 80);
  const query = textOf(attributes['url.query']);
  return `${scheme}://${host}${usual ? '' : `:${port}`}${path}${query ? `?${query.replace(/^\?/, '')}` : ''}`;
}

/** X-Ray's `sql` block; undefined for a span that is no SQL query. */
export function sqlBlock(attributes: Attributes): JsonObject | undefined {
  const system = textOf(attributes['db.system.name']) ?? textOf(attributes['db.system']);
  if (!system) return undefined;
  const host = textOf(attributes['server.address']);
  const port = numberOf(attributes['server.port']);
  const name = textOf(attributes['db.namespace']) ?? textOf(attributes['db.name']);
  return compact({
    database_type: system,
    sanitized_query: textOf(attributes['db.query.text']) ?? textOf(attributes['db.statement']),
    url: host ? `${system}://${host}${port ? `:${port}` : ''}${name ? `/${name}` : ''}` : name,
    user: textOf(attributes['db.user']),
  });
}

/** True for a call to an AWS API, or to a queue of SQS. */
export function isAws(attributes: Attributes): boolean {
  return attributes['rpc.system'] === 'aws-api' || attributes['messaging.system'] === 'aws_sqs';
}

/** X-Ray's `aws` block of a subsegment. */
export function awsBlock(attributes: Attributes, kind: SpanKind): JsonObject {
  const tables = listOf(attributes['aws.dynamodb.table_names']);
  const onQueue = attributes['messaging.system'] === 'aws_sqs';
  const queueUrl =
    textOf(attributes['aws.sqs.queue.url']) ??
    textOf(attributes['aws.queue_url']) ??
    textOf(attributes['messaging.url']) ??
    (onQueue ? textOf(attributes['url.full']) : undefined);
  return (
    compact({
      operation:
        textOf(attributes['aws.operation']) ??
        textOf(attributes['rpc.method']) ??
        (onQueue && kind === 'producer' ? 'SendMessage' : undefined),
      table_name: textOf(attributes['aws.table_name']) ?? textOf(tables[0]),
      table_names: tables.length > 1 ? tables : undefined,
      queue_url: queueUrl,
      region: textOf(attributes['cloud.region']) ?? textOf(attributes['aws.region']),
      request_id:
        textOf(attributes['aws.request_id']) ??
        textOf(attributes['aws.request.id']) ??
        textOf(attributes['aws.requestId']),
    }) ?? {}
  );
}

/** What a resource tells about where a segment ran and where its logs are. */
export function segmentAws(resource: Attributes): JsonObject {
  const names = resource['aws.log.group.names'];
  const groups = Array.isArray(names) ? names : (textOf(names)?.split('&') ?? []);
  return (
    compact({
      account_id: textOf(resource['cloud.account.id']),
      cloudwatch_logs: groups.length > 0 ? groups.map((log_group) => ({ log_group })) : undefined,
    }) ?? {}
  );
}
