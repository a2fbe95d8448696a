import type { CloudWatchLogsClient, FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { TraceSummary, XRayClient } from '@aws-sdk/client-xray';
import { assembleTrace, readDocument, toTraceId, toXRayTraceId, type Span, type Trace } from '@throughline/traces';
import { readLogEvent } from './log-event.ts';
import type { LogLine } from './story.ts';

/** X-Ray takes so many ids in one BatchGetTraces. */
const IDS_A_CALL = 5;
const LOG_GROUPS = '/throughline/';
/** Clocks of services differ, and a line may be written a little after its span's end. */
const MARGIN_MS = 60_000;

/** The reading side of X-Ray and CloudWatch Logs, by AWS's own clients. */
export interface Observatory {
  /** The traces that are known among the given ids (32 hex). */
  traces(ids: readonly string[]): Promise<Trace[]>;
  /** Ids of the traces of the last while that match a filter expression, the newest first. */
  newest(sinceMs: number, filter?: string): Promise<string[]>;
  /** The log lines that carry the trace's id, in the order of time. */
  logs(trace: Trace): Promise<LogLine[]>;
}

/** No answer from the observatory: it is not there, or something else is. */
class Unreachable extends Error {}

/** Opens an observatory (or whatever speaks the APIs) at a base URL. The AWS clients are loaded here, not before. */
export async function openObservatory(endpoint: string): Promise<Observatory> {
  const [xray, cloudwatch] = await Promise.all([
    import('@aws-sdk/client-xray'),
    import('@aws-sdk/client-cloudwatch-logs'),
  ]);
  const settings = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 },
  };
  const traces = new xray.XRayClient(settings);
  const logs = new cloudwatch.CloudWatchLogsClient(settings);
  const reached = <T>(work: Promise<T>): Promise<T> => work.catch((error: unknown) => refuse(error, endpoint));
  return {
    traces: (ids) => reached(readTraces(traces, xray, ids)),
    newest: (sinceMs, filter) => reached(readSummaries(traces, xray, sinceMs, filter)),
    logs: (trace) => reached(readLogs(logs, cloudwatch, trace)),
  };
}

type XRay = typeof import('@aws-sdk/client-xray');
type CloudWatch = typeof import('@aws-sdk/client-cloudwatch-logs');

async function readTraces(client: XRayClient, aws: XRay, ids: readonly string[]): Promise<Trace[]> {
  const wanted = ids.flatMap((id) => toXRayTraceId(id) ?? []);
  const spans = new Map<string, Span[]>();
  for (let at = 0; at < wanted.length; at += IDS_A_CALL) {
    const TraceIds = wanted.slice(at, at + IDS_A_CALL);
    let NextToken: string | undefined;
    do {
      const page = await client.send(new aws.BatchGetTracesCommand({ TraceIds, NextToken }));
      for (const { Id = '', Segments = [] } of page.Traces ?? []) {
        const read = Segments.flatMap(({ Document }) => readDocument(parse(Document)));
        spans.set(Id, [...(spans.get(Id) ?? []), ...read]);
      }
      NextToken = page.NextToken;
    } while (NextToken);
  }
  return wanted.flatMap((id) => assembleTrace(spans.get(id) ?? []) ?? []);
}

async function readSummaries(client: XRayClient, aws: XRay, sinceMs: number, filter?: string): Promise<string[]> {
  const EndTime = new Date(Date.now() + 1000);
  const StartTime = new Date(EndTime.getTime() - sinceMs);
  const found: TraceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new aws.GetTraceSummariesCommand({ StartTime, EndTime, FilterExpression: filter, NextToken }),
    );
    found.push(...(page.TraceSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found
    .toSorted((a, b) => Number(b.StartTime ?? 0) - Number(a.StartTime ?? 0))
    .flatMap(({ Id }) => toTraceId(Id) ?? []);
}

async function readLogs(client: CloudWatchLogsClient, aws: CloudWatch, trace: Trace): Promise<LogLine[]> {
  const range = {
    startTime: Math.floor(trace.start_us / 1000) - MARGIN_MS,
    endTime: Math.ceil(trace.end_us / 1000) + MARGIN_MS,
    filterPattern: `"${trace.trace_id}"`,
  };
  const groups = await Promise.all((await logGroups(client, aws)).map((group) => events(client, aws, group, range)));
  return groups.flat().toSorted((a, b) => a.time_ms - b.time_ms);
}

async function logGroups(client: CloudWatchLogsClient, aws: CloudWatch): Promise<string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new aws.DescribeLogGroupsCommand({ logGroupNamePrefix: LOG_GROUPS, nextToken }));
    names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return names;
}

async function events(
  client: CloudWatchLogsClient,
  aws: CloudWatch,
  logGroupName: string,
  range: { startTime: number; endTime: number; filterPattern: string },
): Promise<LogLine[]> {
  const found: FilteredLogEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new aws.FilterLogEventsCommand({ logGroupName, ...range, nextToken }));
    found.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  const service = logGroupName.slice(LOG_GROUPS.length);
  return found.map(({ timestamp = 0, message = '' }) => readLogEvent(service, timestamp, message));
}

function parse(document: string | undefined): unknown {
  try {
    return JSON.parse(document ?? '');
  } catch {
    return undefined;
  }
}

/** Errors that AWS's protocol explains are passed on; all others mean that nobody there speaks it. */
function refuse(error: unknown, endpoint: string): never {
  if (error instanceof Error && '$fault' in error && error.name !== 'TimeoutError') throw error;
  throw new Unreachable(
    `no observatory answers on ${endpoint}. Start one with \`npm start\`, or say where it is: --observatory URL or --port-offset N`,
    { cause: error },
  );
}
