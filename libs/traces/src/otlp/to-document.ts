import { toSpanId, toTraceId, toXRayTraceId } from '../ids.ts';
import { compact, listOf, objectOf, textOf, type JsonObject } from '../json.ts';
import { OTEL_METADATA, QUEUE_ANNOTATION, ROUTE_ANNOTATION, type SegmentDocument } from '../xray/document.ts';
import { nanosToMicros, readAttributes, type Attributes } from './attributes.ts';
import { awsBlock, httpBlock, isAws, originOf, segmentAws, sqlBlock } from './blocks.ts';
import { causeOf } from './exceptions.ts';
import { spanKind, subsegmentName } from './naming.ts';
import type { OtlpScope, OtlpSpan } from './types.ts';

const ERROR_CODES: ReadonlySet<unknown> = new Set([2, 'STATUS_CODE_ERROR']);
const OURS = /^shop\./;
const INDEXED = new Set([ROUTE_ANNOTATION, QUEUE_ANNOTATION]);
/** Attributes that the http, sql and aws blocks or the name carry already. */
const PLACED = new Set([
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'url.full',
  'url.path',
  'url.query',
  'url.scheme',
  'user_agent.original',
  'client.address',
  'server.address',
  'server.port',
  'db.query.text',
  'rpc.system',
  'rpc.method',
  'rpc.service',
  'peer.service',
  'aws.dynamodb.table_names',
  'aws.request.id',
  'cloud.region',
]);

/**
 * The one translation from an OTLP span to a segment document, after the Collector's awsxray exporter with today's stable
 * semantic conventions. SERVER, CONSUMER and parentless spans become segments named after their service, all others independent
 * subsegments named after what they call (`peer.service`). `shop.*`, `http.route`, the consumed queue, and what the span
 * attribute `aws.xray.annotations` lists become annotations; remaining attributes stand under metadata `default`, and what a
 * document has no place for under metadata `otel`, so that `readDocument` gives the whole span back.
 * Undefined when an id or the start is missing or malformed.
 */
export function toSegmentDocument(
  span: OtlpSpan,
  resource: Attributes = {},
  scope: OtlpScope = {},
): SegmentDocument | undefined {
  const trace_id = toXRayTraceId(span.traceId);
  const id = toSpanId(span.spanId);
  const start_us = nanosToMicros(span.startTimeUnixNano);
  if (!trace_id || !id || start_us === undefined) return undefined;
  const parent_id = toSpanId(span.parentSpanId);
  if (span.parentSpanId && !parent_id) return undefined;

  const attributes = readAttributes(span.attributes);
  const kind = spanKind(span.kind);
  const segment = kind === 'server' || kind === 'consumer' || !parent_id;
  const service = textOf(resource['service.name']) ?? 'unknown_service';
  const recorded = textOf(span.name) ?? 'unnamed';
  const end_us = nanosToMicros(span.endTimeUnixNano);
  const inProgress = attributes['aws.xray.inprogress'] === true || end_us === undefined;
  const remote = kind === 'client' || kind === 'producer';
  const annotations = annotationsOf(attributes);
  const aws = isAws(attributes) && remote;

  const called = remote ? subsegmentName(attributes, recorded) : recorded;

  return {
    trace_id,
    id,
    name: (segment ? service : called).slice(0, 200),
    ...(parent_id && { parent_id }),
    ...(!segment && { type: 'subsegment' as const }),
    ...(remote && { namespace: aws ? 'aws' : 'remote' }),
    start_time: start_us / 1_000_000,
    ...(inProgress ? { in_progress: true } : { end_time: Math.max(end_us, start_us) / 1_000_000 }),
    ...statusOf(span, attributes),
    ...(segment &&
      compact({ origin: originOf(resource), service: compact({ version: textOf(resource['service.version']) }) })),
    ...compact({ user: textOf(attributes['enduser.id']) ?? textOf(attributes['user.id']) }),
    ...compact({ http: httpBlock(attributes), sql: remote && !aws ? sqlBlock(attributes) : undefined }),
    aws: { ...(segment ? segmentAws(resource) : {}), ...(aws && awsBlock(attributes, kind)), xray: xraySdk(resource) },
    ...compact({ cause: causeOf(span, id) }),
    ...(annotations && { annotations }),
    metadata: metadataOf(attributes, resource, segment, {
      service,
      kind,
      name: recorded,
      peer: segment && remote ? called : undefined,
      aws_service: aws ? textOf(attributes['rpc.service']) : undefined,
      scope: textOf(scope.name),
    }),
    ...linksOf(span),
  };
}

function xraySdk(resource: Attributes): JsonObject {
  const language = textOf(resource['telemetry.sdk.language']);
  return {
    sdk: language ? `opentelemetry for ${language}` : 'opentelemetry',
    ...compact({ sdk_version: textOf(resource['telemetry.sdk.version']) }),
    auto_instrumentation: false,
  };
}

/** 429 is a throttle (and an error), other 4xx an error, 5xx a fault; without an HTTP status, a status of ERROR is a fault. */
function statusOf(span: OtlpSpan, attributes: Attributes): { fault?: true; error?: true; throttle?: true } {
  const http = Number(attributes['http.response.status_code'] ?? attributes['http.status_code'] ?? 0);
  if (http === 429) return { error: true, throttle: true };
  if (http >= 400 && http < 500) return { error: true };
  if (http >= 500 || ERROR_CODES.has(span.status?.code)) return { fault: true };
  return {};
}

function annotationsOf(attributes: Attributes): Record<string, string | number | boolean> | undefined {
  const listed = new Set(listOf(attributes['aws.xray.annotations']));
  const annotations: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (!OURS.test(key) && !INDEXED.has(key) && !listed.has(key)) continue;
    annotations[key] = typeof value === 'object' ? JSON.stringify(value) : value;
  }
  return compact(annotations);
}

function metadataOf(
  attributes: Attributes,
  resource: Attributes,
  segment: boolean,
  otel: JsonObject,
): Record<string, JsonObject> {
  const placed = otel['kind'] === 'internal' ? undefined : PLACED;
  const rest = Object.entries(attributes).filter(
    ([key]) => !OURS.test(key) && !key.startsWith('aws.xray.') && !placed?.has(key),
  );
  const resources = segment
    ? Object.entries(resource).map(([key, value]) => [`otel.resource.${key}`, value] as const)
    : [];
  const defaults = compact(Object.fromEntries([...rest, ...resources]));
  return { ...(defaults && { default: defaults }), [OTEL_METADATA]: objectOf(compact(otel)) };
}

function linksOf(span: OtlpSpan): { links?: { trace_id: string; id: string }[] } {
  const links = listOf(span.links).flatMap((link) => {
    const trace_id = toTraceId(objectOf(link)['traceId']);
    const id = toSpanId(objectOf(link)['spanId']);
    return trace_id && id ? [{ trace_id: toXRayTraceId(trace_id) ?? trace_id, id }] : [];
  });
  return links.length > 0 ? { links } : {};
}
