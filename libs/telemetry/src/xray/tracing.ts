import AWSXRay, { type Segment, type Subsegment } from 'aws-xray-sdk-core';
import { captureAws } from './aws.ts';
import { onRequest } from './express.ts';
import { resolveContext, toCarrier, toW3cTraceId, toXrayTraceId } from '../context.ts';
import { logGroup } from '../log-group.ts';
import type { Attributes, Tracing } from '../types.ts';

const current = (): Segment | Subsegment | undefined => AWSXRay.getSegment();

const segmentOf = (part: Segment | Subsegment): Segment => ('segment' in part && part.segment) || (part as Segment);

function annotate(part: Segment | Subsegment | undefined, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) part?.addAnnotation(key, value);
}

/**
 * Runs work with `part` as the current one and closes it afterwards, as failed where the work failed. Not by `runPromise`:
 * it leaves the context only when the promise has settled, so that what the caller does meanwhile would fall into `part`.
 */
function within<T>(part: Segment | Subsegment, work: () => Promise<T>): Promise<T> {
  return AWSXRay.getNamespace().runAndReturn(async () => {
    AWSXRay.setSegment(part);
    try {
      const result = await work();
      part.close();
      return result;
    } catch (error) {
      part.addFaultFlag();
      part.close(error instanceof Error ? error : String(error));
      throw error;
    }
  });
}

/** A segment that no HTTP request opened: it continues the carrier's trace, or starts one. */
function openSegment(service: string, carrier: Parameters<typeof resolveContext>[0]): Segment {
  const remote = resolveContext(carrier);
  const segment = new AWSXRay.Segment(service, remote && toXrayTraceId(remote.traceId), remote?.parentId);
  if (remote?.sampled === false) Object.assign(segment, { notTraced: true });
  segment.addPluginData({ cloudwatch_logs: [{ log_group: logGroup(service) }] });
  return segment;
}

function subsegment(name: string, namespace?: 'aws' | 'remote'): Subsegment | undefined {
  const child = current()?.addNewSubsegment(name);
  if (namespace) child?.addAttribute('namespace', namespace);
  return child;
}

function contextOf(part: Segment | Subsegment): ReturnType<typeof toCarrier> {
  const segment = segmentOf(part);
  const traceId = toW3cTraceId(segment.trace_id) ?? '';
  return toCarrier({ traceId, parentId: part.id, sampled: !(segment as { notTraced?: boolean }).notTraced });
}

/** Tracing by the AWS X-Ray SDK. */
export const xrayTracing = (service: string): Tracing => ({
  mode: 'xray',
  ids() {
    const part = current();
    const xrayTraceId = part && segmentOf(part).trace_id;
    const traceId = toW3cTraceId(xrayTraceId);
    return part && xrayTraceId && traceId
      ? { trace_id: traceId, xray_trace_id: xrayTraceId, span_id: part.id }
      : undefined;
  },
  onRequest: onRequest(service),
  route(route) {
    annotate(current(), { 'http.route': route });
  },
  annotate(attributes) {
    annotate(current(), attributes);
  },
  fail(error) {
    current()?.addError(error);
  },
  span(name, attributes, work) {
    const child = subsegment(name);
    if (!child) return work();
    annotate(child, attributes);
    return within(child, work);
  },
  // Not aws-xray-sdk-postgres: the subsegment of a failed promise query would never be closed (docs/adr/0004).
  statement(statement, work) {
    const child = subsegment(statement.node, 'remote');
    if (!child) return work();
    const sql = new AWSXRay.database.SqlData('', '', statement.user, `postgresql://${statement.node}`, 'statement');
    child.addSqlData(Object.assign(sql, { sanitized_query: statement.text, database_type: 'PostgreSQL' }));
    return within(child, work);
  },
  untraced(work) {
    return AWSXRay.getNamespace().runAndReturn(() => {
      AWSXRay.getNamespace().set('segment', undefined);
      return work();
    });
  },
  carrier() {
    const part = current();
    return part ? contextOf(part) : {};
  },
  continued(name, carrier, work) {
    const segment = openSegment(service, carrier);
    segment.addMetadata('operation', name);
    return within(segment, work);
  },
  send(queue, send) {
    const child = subsegment('SQS', 'aws');
    if (!child) return send({});
    child.addAttribute('aws', { operation: 'SendMessage', queue_url: queue.url });
    return within(child, () => this.untraced(() => send(contextOf(child))));
  },
  consume(queue, carrier, work) {
    const segment = openSegment(service, carrier);
    annotate(segment, { 'messaging.destination.name': queue.name });
    return within(segment, work);
  },
  captureAws,
  shutdown: async () => undefined,
});
