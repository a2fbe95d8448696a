import { toSpanId, toTraceId } from '../ids.ts';
import { compact, isObject, listOf, numberOf, objectOf, textOf, type JsonObject } from '../json.ts';
import { awsPeer, operationName } from '../operation.ts';
import type {
  AnnotationValue,
  Peer,
  Sdk,
  Span,
  SpanAws,
  SpanException,
  SpanHttp,
  SpanKind,
  SpanResource,
  SpanSql,
} from '../span.ts';
import { OTEL_METADATA, QUEUE_ANNOTATION, ROUTE_ANNOTATION } from './document.ts';
import { checkDocument, toMicros, type ParsedDocument } from './parse-document.ts';

interface Owner {
  trace_id: string;
  service: string;
  sdk: Sdk;
}

/**
 * The spans of one document: the segment or independent subsegment first, then all it embeds. An independent subsegment's
 * service is left empty where only its segment's document tells. A malformed embedded subsegment is left out; a malformed
 * document gives none.
 */
export function readDocument(body: unknown): Span[] {
  const checked = isObject(body) ? checkDocument(body) : undefined;
  return checked?.ok ? readParsedDocument(checked.document) : [];
}

/** As `readDocument`, for a document that `parseDocument` accepted. */
export function readParsedDocument(document: ParsedDocument): Span[] {
  const top = document.body;
  const isSegment = top['type'] !== 'subsegment';
  const owner: Owner = { trace_id: document.trace_id, service: isSegment ? String(top['name']) : '', sdk: sdkOf(top) };
  owner.service = textOf(otelOf(top)['service']) ?? owner.service;
  const spans: Span[] = [];
  const open: { body: JsonObject; parent?: string; segment: boolean }[] = [
    { body: top, segment: isSegment, ...(document.parent_id && { parent: document.parent_id }) },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const span = readOne(next.body, owner, next.parent, next.segment);
    if (!span) continue;
    spans.push(span);
    for (const embedded of listOf(next.body['subsegments']).toReversed()) {
      if (isObject(embedded)) open.push({ body: embedded, parent: span.span_id, segment: false });
    }
  }
  return spans;
}

function readOne(body: JsonObject, owner: Owner, parent: string | undefined, segment: boolean): Span | undefined {
  const span_id = toSpanId(body['id']);
  const start_us = toMicros(body['start_time']);
  const recorded = textOf(body['name']);
  if (!span_id || start_us === undefined || !recorded) return undefined;
  const end_us = body['in_progress'] === true ? undefined : toMicros(body['end_time']);

  const annotations = readAnnotations(body['annotations']);
  const http = readHttp(objectOf(body['http']), annotations);
  const sql = readSql(body['sql']);
  const called = textOf(otelOf(body)['peer']) ?? recorded;
  const aws = readAws(body, called);
  const kind = readKind(body, segment, annotations, http, aws);
  const peer = readPeer(body, kind, called, annotations, aws);
  const otel = otelOf(body);
  const traced = { kind, ...(http && { http }), ...(sql && { sql }), ...(aws && { aws }), ...(peer && { peer }) };
  const exceptions = readExceptions(body['cause']);
  const links = readLinks(body['links']);
  const metadata = isObject(body['metadata']) && compact({ ...body['metadata'], [OTEL_METADATA]: undefined });
  const origin = textOf(body['origin']);
  const user = textOf(body['user']);
  const resource = readResource(body);
  return {
    trace_id: owner.trace_id,
    span_id,
    ...(parent && parent !== span_id && { parent_id: parent }),
    service: owner.service,
    name: operationName(traced, textOf(otel['name']) ?? operationOf(body, segment) ?? recorded),
    sdk: owner.sdk,
    start_us,
    ...(end_us !== undefined && { end_us: Math.max(end_us, start_us) }),
    status: readStatus(body),
    annotations,
    ...traced,
    ...(origin && { origin }),
    ...(user && { user }),
    ...(resource && { resource }),
    ...(metadata && { metadata }),
    ...(exceptions.length > 0 && { exceptions }),
    ...(links.length > 0 && { links }),
  };
}

/** The operation that a segment without HTTP tells under its default metadata; its name is only that of the service. */
const operationOf = (body: JsonObject, segment: boolean) =>
  segment ? textOf(objectOf(objectOf(body['metadata'])['default'])['operation']) : undefined;

const otelOf = (body: JsonObject) => objectOf(objectOf(body['metadata'])[OTEL_METADATA]);

function sdkOf(body: JsonObject): Sdk {
  const sdk = textOf(objectOf(objectOf(body['aws'])['xray'])['sdk']) ?? '';
  if (/opentelemetry/i.test(sdk)) return 'otel';
  return /x-?ray/i.test(sdk) ? 'xray' : 'unknown';
}

function readStatus(body: JsonObject): Span['status'] {
  if (body['fault'] === true) return 'fault';
  if (body['throttle'] === true) return 'throttle';
  return body['error'] === true ? 'error' : 'ok';
}

function readAnnotations(value: unknown): Record<string, AnnotationValue> {
  const entries = Object.entries(objectOf(value)).filter(
    (entry): entry is [string, AnnotationValue] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number' || typeof entry[1] === 'boolean',
  );
  return Object.fromEntries(entries);
}

function readHttp(http: JsonObject, annotations: Record<string, AnnotationValue>): SpanHttp | undefined {
  const request = objectOf(http['request']);
  return compact({
    method: textOf(request['method']),
    url: textOf(request['url']),
    route: textOf(annotations[ROUTE_ANNOTATION]),
    status: numberOf(objectOf(http['response'])['status']),
    user_agent: textOf(request['user_agent']),
    client_ip: textOf(request['client_ip']),
  });
}

function readSql(value: unknown): SpanSql | undefined {
  const sql = objectOf(value);
  const read = {
    query: textOf(sql['sanitized_query']),
    database_type: textOf(sql['database_type']),
    url: textOf(sql['url']) ?? textOf(sql['connection_string']),
    user: textOf(sql['user']),
  };
  return isObject(value) ? (compact(read) ?? {}) : undefined;
}

function readResource(body: JsonObject): SpanResource | undefined {
  const aws = objectOf(body['aws']);
  const ec2 = objectOf(aws['ec2']);
  const ecs = objectOf(aws['ecs']);
  const named = [
    body['resource_arn'],
    aws['resource_arn'],
    aws['function_arn'],
    aws['topic_arn'],
    ecs['container_arn'],
    ecs['task_arn'],
  ];
  const arns = [...new Set(named.flatMap((arn) => textOf(arn) ?? []))];
  return compact({
    account_id: textOf(aws['account_id']),
    arns: arns.length > 0 ? arns : undefined,
    instance_id: textOf(ec2['instance_id']),
    availability_zone: textOf(ec2['availability_zone']) ?? textOf(ecs['availability_zone']),
  });
}

const SQS_OPERATIONS =
  /^(SendMessage|ReceiveMessage|DeleteMessage|ChangeMessageVisibility|PurgeQueue|GetQueue|CreateQueue|ListQueues)/;

function readAws(body: JsonObject, called: string): SpanAws | undefined {
  if (body['namespace'] !== 'aws') return undefined;
  const aws = objectOf(body['aws']);
  const tables = listOf(aws['table_names']);
  const operation = textOf(aws['operation']);
  const table_name = textOf(aws['table_name']) ?? (tables.length > 0 ? textOf(tables[0]) : undefined);
  const queue_url = textOf(aws['queue_url']);
  let service = textOf(otelOf(body)['aws_service']) ?? called;
  if (table_name || /^dynamo ?db$/i.test(called)) service = 'DynamoDB';
  else if (queue_url || /^sqs$/i.test(called) || SQS_OPERATIONS.test(operation ?? '')) service = 'SQS';
  return compact({
    service,
    operation,
    table_name,
    queue_url,
    region: textOf(aws['region']),
    request_id: textOf(aws['request_id']),
  });
}

const KINDS: ReadonlySet<unknown> = new Set<SpanKind>(['server', 'client', 'producer', 'consumer', 'internal']);

function readKind(
  body: JsonObject,
  segment: boolean,
  annotations: Record<string, AnnotationValue>,
  http: SpanHttp | undefined,
  aws: SpanAws | undefined,
): SpanKind {
  const told = otelOf(body)['kind'];
  if (KINDS.has(told)) return told as SpanKind;
  if (segment && http?.method) return 'server';
  if (segment) return annotations[QUEUE_ANNOTATION] === undefined ? 'internal' : 'consumer';
  if (aws?.service === 'SQS' && aws.operation?.startsWith('SendMessage')) return 'producer';
  return body['namespace'] === 'aws' || body['namespace'] === 'remote' ? 'client' : 'internal';
}

function readPeer(
  body: JsonObject,
  kind: SpanKind,
  called: string,
  annotations: Record<string, AnnotationValue>,
  aws: SpanAws | undefined,
): Peer | undefined {
  const queue = textOf(annotations[QUEUE_ANNOTATION]);
  if (kind === 'consumer') return queue ? { name: queue, kind: 'sqs' } : undefined;
  if (kind !== 'client' && kind !== 'producer') return undefined;
  if (aws?.service === 'SQS' && queue && !aws.queue_url) return { name: queue, kind: 'sqs' };
  if (aws) return awsPeer({ ...aws, ...namedIn(objectOf(body['aws'])) }, called);
  return { name: called, kind: isObject(body['sql']) ? 'sql' : 'http' };
}

const namedIn = (aws: JsonObject) => ({
  bucket_name: textOf(aws['bucket_name']),
  function_name: textOf(aws['function_name']),
});

function readExceptions(cause: unknown): SpanException[] {
  return listOf(objectOf(cause)['exceptions'])
    .filter(isObject)
    .map((exception) => {
      const stack = listOf(exception['stack'])
        .filter(isObject)
        .map(
          (frame) =>
            compact({ path: textOf(frame['path']), line: numberOf(frame['line']), label: textOf(frame['label']) }) ??
            {},
        );
      return (
        compact({
          type: textOf(exception['type']),
          message: textOf(exception['message']),
          stack: stack.length > 0 ? stack : undefined,
          remote: exception['remote'] === true ? true : undefined,
        }) ?? {}
      );
    });
}

function readLinks(value: unknown): { trace_id: string; span_id: string }[] {
  return listOf(value).flatMap((link) => {
    const trace_id = toTraceId(objectOf(link)['trace_id']);
    const span_id = toSpanId(objectOf(link)['id']);
    return trace_id && span_id ? [{ trace_id, span_id }] : [];
  });
}
