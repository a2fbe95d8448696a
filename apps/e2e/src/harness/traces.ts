import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetTracesCommand, GetTraceSummariesCommand, type TraceSummary, XRayClient } from '@aws-sdk/client-xray';
import { assembleTrace, readDocument, toTraceId, toXRayTraceId, type Trace, walk } from '@throughline/traces';

/** BatchGetTraces takes this many ids. */
const IDS_A_CALL = 5;
const TEST_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A log line with the group it was found in. */
export interface LogLine {
  readonly group: string;
  readonly text: string;
  readonly fields: Record<string, unknown>;
}

export type TraceReader = ReturnType<typeof readTraces>;

/** What an AWS client sees of a fleet: its traces through X-Ray's API, its log lines through CloudWatch Logs'. */
export function readTraces(observatory: string) {
  const common = { endpoint: observatory, region: 'us-east-1', credentials: TEST_CREDENTIALS };
  const xray = new XRayClient(common);
  const logs = new CloudWatchLogsClient(common);
  const since = new Date(Date.now() - 60_000);

  /** Summaries of the traces that began since we look, all pages of them. */
  async function summaries(FilterExpression?: string): Promise<TraceSummary[]> {
    const found: TraceSummary[] = [];
    let NextToken: string | undefined;
    do {
      const page = await xray.send(
        new GetTraceSummariesCommand({
          StartTime: since,
          EndTime: new Date(Date.now() + 1000),
          FilterExpression,
          NextToken,
        }),
      );
      found.push(...(page.TraceSummaries ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return found;
  }

  async function get(ids: readonly string[]): Promise<Trace[]> {
    const calls = Array.from({ length: Math.ceil(ids.length / IDS_A_CALL) }, (_, call) =>
      ids.slice(call * IDS_A_CALL, (call + 1) * IDS_A_CALL).map((id) => toXRayTraceId(id) ?? id),
    );
    const traces: Trace[] = [];
    for (const TraceIds of calls) {
      const { Traces = [] } = await xray.send(new BatchGetTracesCommand({ TraceIds }));
      for (const { Segments = [] } of Traces) {
        const trace = assembleTrace(Segments.flatMap(({ Document = '{}' }) => readDocument(JSON.parse(Document))));
        if (trace) traces.push(trace);
      }
    }
    return traces;
  }

  async function logGroups(): Promise<string[]> {
    const { logGroups: groups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
    return groups.flatMap(({ logGroupName }) => logGroupName ?? []);
  }

  /** Every line, of every service, that names the trace. */
  async function linesOf(traceId: string): Promise<LogLine[]> {
    const found = await Promise.all(
      (await logGroups()).map(async (logGroupName) => {
        const { events = [] } = await logs.send(
          new FilterLogEventsCommand({ logGroupName, filterPattern: `"${traceId}"` }),
        );
        return events.map(({ message: text = '' }) => ({
          group: logGroupName,
          text,
          fields: JSON.parse(text) as Record<string, unknown>,
        }));
      }),
    );
    return found.flat();
  }

  return {
    summaries,
    get,
    linesOf,
    /** Ids, as 32 hex digits, of the traces in which a purchase was made or refused. */
    async ofPurchase(purchaseId: string): Promise<string[]> {
      const found = await summaries(`annotation.shop.purchase_id = "${purchaseId}"`);
      return found.map(({ Id }) => toTraceId(Id) ?? '');
    },
    /** Ids of all traces that began with `POST /checkout`. */
    async ofCheckouts(): Promise<string[]> {
      const found = await summaries();
      return found
        .filter(({ Http }) => Http?.HttpMethod === 'POST' && Http.HttpURL?.endsWith('/checkout'))
        .map(({ Id }) => toTraceId(Id) ?? '');
    },
    /** The trace, once it satisfies the condition; as it is, when it does not in time. */
    async when(traceId: string, condition: (trace: Trace) => boolean, ms = 15_000): Promise<Trace> {
      const deadline = Date.now() + ms;
      for (;;) {
        const [trace] = await get([traceId]);
        if (trace && condition(trace)) return trace;
        if (Date.now() > deadline) {
          if (trace) return trace;
          throw new Error(`there is no trace ${traceId}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    close(): void {
      xray.destroy();
      logs.destroy();
    },
  };
}

/** The spans of a trace, parents first, each with its parent and its children. */
export const spansOf = (trace: Trace | undefined) => (trace ? [...walk(trace.roots)] : []);

/** Every span has arrived: none is under way, none hangs in the air. */
export const isSettled = (trace: Trace): boolean => trace.missing_parents.length === 0 && !trace.in_progress;

/** The purchase has gone all the way to the mail. */
export const isSold = (trace: Trace): boolean =>
  isSettled(trace) &&
  spansOf(trace).some(({ span }) => span.service === 'notifications' && span.kind === 'consumer') &&
  spansOf(trace).some(({ span }) => span.peer?.name === 'mail-relay' && span.end_us !== undefined);

/**
 * What happened in a trace, whoever it happened to: each operation with its service and the operation that called it. Waits
 * for a connection are left out: they are there only where no idle one was at hand.
 */
export function shapeOf(trace: Trace): string[] {
  const shape = spansOf(trace)
    .filter(({ span }) => span.name !== 'pool.acquire')
    .map(({ span, parent }) => {
      const above = parent ? `${parent.span.service} ${parent.span.kind} ${parent.span.name}` : 'nobody';
      return `${span.service} ${span.kind} ${span.name} < ${above}`;
    });
  return [...new Set(shape)].toSorted();
}
