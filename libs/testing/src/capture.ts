import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import type { TelemetrySettings, Tracing } from '@throughline/telemetry';
import { startOtel } from '@throughline/telemetry/otel';
import { startXray } from '@throughline/telemetry/xray';
import { readDocument, readOtlpTraces, type Span } from '@throughline/traces';

let read: () => Span[] = () => [];

const settings = (service: string, tracing: 'otel' | 'xray', daemonAddress: string): TelemetrySettings => ({
  service,
  tracing,
  sampling: 'all',
  otlpEndpoint: 'http://127.0.0.1:9',
  daemonAddress,
  flushMs: 1_000,
});

export function captureOtel(service: string): Tracing {
  const exporter = new InMemorySpanExporter();
  const spans: Span[] = [];
  let taken = 0;
  read = () => {
    const finished = exporter.getFinishedSpans().slice(taken);
    taken += finished.length;
    const json = JsonTraceSerializer.serializeRequest(finished);
    if (finished.length > 0) spans.push(...readOtlpTraces(JSON.parse(new TextDecoder().decode(json))));
    return [...spans];
  };
  return startOtel(settings(service, 'otel', '127.0.0.1:9'), new SimpleSpanProcessor({ exporter }));
}

/** The X-Ray SDK really sends its datagrams, to a socket of this process. */
export async function captureXray(service: string): Promise<Tracing> {
  const spans: Span[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (datagram) => {
    const document = String(datagram).split('\n').slice(1).join('\n');
    spans.push(...readDocument(JSON.parse(document)));
  });
  socket.bind(0, '127.0.0.1').unref();
  await once(socket, 'listening');
  read = () => [...spans];
  return startXray(settings(service, 'xray', `127.0.0.1:${socket.address().port}`));
}

/** Everything that the code under test has emitted in this process, in libs/traces' model. */
export const capturedSpans = (): Span[] => read();
