import {
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type SpanOptions,
} from '@opentelemetry/api';
import { getRPCMetadata, isTracingSuppressed, suppressTracing } from '@opentelemetry/core';
import { toCarrier, toXrayTraceId } from '../context.ts';
import type { Tracing } from '../types.ts';
import { contextFrom } from './propagator.ts';

const tracer = trace.getTracer('throughline');

/** Runs work in a span, which fails with it. */
function inSpan<T>(name: string, options: SpanOptions, parent: Context, work: (span: Span) => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, options, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error instanceof Error ? error : new Error(String(error)));
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

const currentSpan = (): Span | undefined => {
  if (isTracingSuppressed(context.active())) return undefined;
  const span = trace.getActiveSpan();
  return span && isSpanContextValid(span.spanContext()) ? span : undefined;
};

const carrier: Tracing['carrier'] = () => {
  const span = currentSpan()?.spanContext();
  return span ? toCarrier({ traceId: span.traceId, parentId: span.spanId, sampled: (span.traceFlags & 1) === 1 }) : {};
};

/** Tracing by OpenTelemetry; HTTP, SQL and AWS spans come from its instrumentations. */
export const otelTracing = (shutdown: () => Promise<void>): Tracing => ({
  mode: 'otel',
  ids() {
    const span = currentSpan()?.spanContext();
    return span && { trace_id: span.traceId, xray_trace_id: toXrayTraceId(span.traceId), span_id: span.spanId };
  },
  onRequest: [],
  route(route) {
    const metadata = getRPCMetadata(context.active());
    if (metadata) metadata.route = route;
  },
  annotate(attributes) {
    currentSpan()?.setAttributes(attributes);
  },
  fail(error) {
    currentSpan()?.recordException(error);
  },
  span: (name, attributes, work) => inSpan(name, { attributes }, context.active(), work),
  statement: (_statement, work) => work(),
  untraced: (work) => context.with(suppressTracing(context.active()), work),
  carrier,
  continued: (name, stored, work) => inSpan(name, {}, contextFrom(ROOT_CONTEXT, stored), work),
  send(queue, send) {
    const options = { kind: SpanKind.PRODUCER, attributes: messaging(queue.name, 'send') };
    return inSpan(`${queue.name} send`, options, context.active(), () => {
      const message = carrier();
      return context.with(suppressTracing(context.active()), () => send(message));
    });
  },
  consume(queue, stored, work) {
    const options = { kind: SpanKind.CONSUMER, attributes: messaging(queue.name, 'process') };
    return inSpan(`${queue.name} process`, options, contextFrom(ROOT_CONTEXT, stored), work);
  },
  captureAws: (client) => client,
  shutdown,
});

const messaging = (queue: string, operation: 'send' | 'process'): Record<string, string> => ({
  'messaging.system': 'aws_sqs',
  'messaging.destination.name': queue,
  'messaging.operation.type': operation,
});
