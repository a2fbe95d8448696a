import { register } from 'import-in-the-middle/register-hooks.mjs';
import type { Span as ApiSpan } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { databaseNode } from '@throughline/contracts';
import { logGroup } from '../log-group.ts';
import { peersByOrigin } from '../peers.ts';
import type { TelemetrySettings } from '../settings.ts';
import type { Tracing } from '../types.ts';
import { keepingExporter } from './keeping-exporter.ts';
import { BothHeadersPropagator, NO_PARENT } from './propagator.ts';
import { ruledSampler } from './sampler.ts';
import { otelTracing } from './tracing.ts';

/** A Root-only header names no parent: the placeholder that carried its trace id here is taken out again. */
const withoutPlaceholderParent: SpanProcessor = {
  onStart(span, parent) {
    if (span.parentSpanContext?.isRemote && parent.getValue(NO_PARENT))
      Object.assign(span, { parentSpanContext: undefined });
  },
  onEnd: () => undefined,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};

/** AWS calls are named for what they reach, as X-Ray names them: the table, or the service where there is none. */
function nameAwsPeer(
  span: ApiSpan,
  { request }: { request: { serviceName: string; commandInput: Record<string, unknown> } },
): void {
  const table = request.commandInput['TableName'];
  span.setAttribute('peer.service', typeof table === 'string' ? table : request.serviceName);
}

const batches = (settings: TelemetrySettings, onDropped: (count: number) => void): SpanProcessor =>
  new BatchSpanProcessor({
    exporter: keepingExporter(
      new OTLPTraceExporter({ url: new URL('/v1/traces', settings.otlpEndpoint).href, timeoutMillis: 3_000 }),
      { onDropped },
    ),
    maxQueueSize: 20_000,
    maxExportBatchSize: 512,
    scheduledDelayMillis: settings.flushMs,
  });

/**
 * Starts `@opentelemetry/sdk-node`, tuned: no spans of Express layers (the route is named by whoever mounts it), no idle
 * `pg-pool.connect`, no second HTTP span below an AWS call. `processor` replaces the export in tests.
 */
export function startOtel(settings: TelemetrySettings, processor?: SpanProcessor): Tracing {
  register({ include: ['http', 'https', 'pg'] });
  const peer = peersByOrigin(process.env);
  const onDropped = (count: number): void => {
    process.stderr.write(
      `${JSON.stringify({ level: 'warn', service: settings.service, event: 'spans_dropped', count })}\n`,
    );
  };
  const sdk = new NodeSDK({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.name': settings.service,
        'aws.log.group.names': [logGroup(settings.service)],
      }),
    ),
    autoDetectResources: false,
    textMapPropagator: new BothHeadersPropagator(),
    sampler: ruledSampler(settings),
    spanProcessors: [withoutPlaceholderParent, processor ?? batches(settings, onDropped)],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [
      new HttpInstrumentation({
        disableOutgoingRequestInstrumentation: true,
        ignoreIncomingRequestHook: ({ url = '' }) => /^\/healthz\/?(\?|$)/.test(url),
      }),
      new UndiciInstrumentation({
        requireParentforSpans: true,
        startSpanHook: ({ origin }) => ({ 'peer.service': peer(origin) ?? new URL(origin).hostname }),
      }),
      new PgInstrumentation({
        requireParentSpan: true,
        ignoreConnectSpans: true,
        requestHook: (span, { connection }) => {
          span.setAttribute('peer.service', databaseNode(connection.database ?? 'unknown'));
        },
      }),
      new AwsInstrumentation({ suppressInternalInstrumentation: true, preRequestHook: nameAwsPeer }),
    ],
  });
  sdk.start();
  return otelTracing(() => sdk.shutdown());
}
