import type { IncomingMessage } from 'node:http';
import { nanosToMicros, readAnyValue, readAttributes, toSpanId, toTraceId, toXRayTraceId } from '@throughline/traces';
import type { LogGroup, LogStore, LogStream, NewLogEvent } from '../store/logs.ts';
import type { Signal } from './protocol.ts';

/**
 * OTLP log records, kept as log events whose message is one JSON object. They go to the group and stream that the headers
 * `x-aws-log-group` and `x-aws-log-stream` name, as at CloudWatch's OTLP endpoint; without them, to the resource's
 * `aws.log.group.names` or `/otel/<service.name>`, made when missing.
 */
export function logsSignal(store: LogStore, now: () => number): Signal {
  return {
    message: 'ExportLogsServiceRequest',
    rejectedField: 'rejectedLogRecords',
    async store(decoded, request) {
      for (const resourceLogs of members(decoded, 'resourceLogs')) {
        const resource = readAttributes(member(resourceLogs, 'resource')['attributes']);
        const service = typeof resource['service.name'] === 'string' ? resource['service.name'] : 'unknown_service';
        const records = members(resourceLogs, 'scopeLogs').flatMap((scope) => members(scope, 'logRecords'));
        const events = records.map((record) => toEvent(record, service, now()));
        events.sort((a, b) => a.timestamp_ms - b.timestamp_ms);
        const keep = async () => {
          const { group, stream } = await destination(store, request, resource, service, now());
          return store.put(group, stream, events, now());
        };
        if (!(await keep())) await keep();
      }
      return { rejected: 0, reason: '' };
    },
  };
}

async function destination(
  store: LogStore,
  request: IncomingMessage,
  resource: Record<string, unknown>,
  service: string,
  now: number,
): Promise<{ group: LogGroup; stream: LogStream }> {
  const named = resource['aws.log.group.names'];
  const first = Array.isArray(named) ? named[0] : typeof named === 'string' ? named.split('&')[0] : undefined;
  const groupName =
    header(request, 'x-aws-log-group') ?? (typeof first === 'string' && first ? first : `/otel/${service}`);
  const instance = resource['service.instance.id'];
  const streamName = header(request, 'x-aws-log-stream') ?? (typeof instance === 'string' ? instance : 'default');
  return store.ensureStream(groupName, streamName, now);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function toEvent(record: Record<string, unknown>, service: string, now: number): NewLogEvent {
  const time = nanosToMicros(record['timeUnixNano']) ?? nanosToMicros(record['observedTimeUnixNano']) ?? now * 1000;
  const timestamp_ms = Math.floor(time / 1000);
  const trace_id = toTraceId(record['traceId']);
  const span_id = toSpanId(record['spanId']);
  const msg = readAnyValue(record['body']);
  const message = {
    level: typeof record['severityText'] === 'string' ? record['severityText'].toLowerCase() : undefined,
    time: timestamp_ms,
    service,
    ...(trace_id && { trace_id, xray_trace_id: toXRayTraceId(trace_id) }),
    ...(span_id && { span_id }),
    msg,
    ...readAttributes(record['attributes']),
    ...emfOf(msg),
  };
  return { timestamp_ms, message: JSON.stringify(message) };
}

/** A body in the embedded metric format gives its members to the event, so that the event is in that format too. */
function emfOf(body: unknown): object {
  if (typeof body !== 'string') return Object.hasOwn(member({ body }, 'body'), '_aws') ? (body as object) : {};
  if (!body.startsWith('{') || !body.includes('"_aws"')) return {};
  try {
    return emfOf(JSON.parse(body));
  } catch {
    return {};
  }
}

function member(value: unknown, key: string): Record<string, unknown> {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
}

function members(value: unknown, key: string): Record<string, unknown>[] {
  const found = member({ list: value }, 'list')[key];
  if (!Array.isArray(found)) return [];
  return found.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null);
}
