/* oxlint-disable no-restricted-imports -- the SDKs are the senders under test here */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  BatchGetTracesCommand,
  GetServiceGraphCommand,
  GetTraceGraphCommand,
  PutTraceSegmentsCommand,
  type Service,
} from '@aws-sdk/client-xray';
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { assembleTrace, readDocument, traceEdges } from '@throughline/traces';
import AWSXRay from 'aws-xray-sdk-core';
import { lately, newId, newTraceId, otlpJson, segment, xrayId } from './testing/documents.ts';
import { eventually, observe, type Observed } from './testing/observe.ts';

const drawn = (services: Service[] = []) =>
  services
    .flatMap((service) =>
      (service.Edges ?? []).map(
        (edge) => `${service.Name} → ${services.find((other) => other.ReferenceId === edge.ReferenceId)?.Name}`,
      ),
    )
    .toSorted();

async function documentsOf({ xray }: Observed, id: string, count: number) {
  return eventually(async () => {
    const { Traces } = await xray.send(new BatchGetTracesCommand({ TraceIds: [xrayId(id)] }));
    const segments = Traces?.[0]?.Segments ?? [];
    return segments.length === count ? segments.map((one) => JSON.parse(one.Document ?? '') as unknown) : undefined;
  });
}

function otelService(t: TestContext, url: string, name: string) {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': name }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  t.after(() => provider.shutdown());
  return { tracer: provider.getTracer('test'), flush: () => provider.forceFlush() };
}

test('an OTel span stands under the X-Ray subsegment that called it, and the reverse', async (t) => {
  const observed = await observe(t);
  const trace_id = newTraceId();
  const [toFraud, toAccounts] = [newId(), newId()];
  const payments = segment({
    name: 'payments',
    trace_id,
    http: { request: { method: 'POST', url: 'http://payments/payments' } },
    subsegments: [{ ...segment({ name: 'fraud', trace_id, id: toFraud }), namespace: 'remote', traced: true }],
  });
  await observed.datagram(`{"format":"json","version":1}\n${JSON.stringify(payments)}`);

  const fraud = otelService(t, observed.url, 'fraud');
  const remote = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: trace_id,
    spanId: toFraud,
    traceFlags: 1,
    isRemote: true,
  });
  const server = fraud.tracer.startSpan(
    'POST /scores',
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'POST', 'http.route': '/scores', 'shop.score': 7 } },
    remote,
  );
  const client = fraud.tracer.startSpan(
    'GET',
    { kind: SpanKind.CLIENT, attributes: { 'peer.service': 'accounts' } },
    trace.setSpan(remote, server),
  );
  const accounts = segment({ name: 'accounts', trace_id, parent_id: client.spanContext().spanId, id: toAccounts });
  client.end();
  server.end();
  await fraud.flush();
  const { UnprocessedTraceSegments } = await observed.xray.send(
    new PutTraceSegmentsCommand({ TraceSegmentDocuments: [JSON.stringify(accounts)] }),
  );
  assert.deepEqual(UnprocessedTraceSegments, []);

  const stitched = assembleTrace((await documentsOf(observed, trace_id, 4)).flatMap(readDocument));
  assert.ok(stitched);
  assert.deepEqual(stitched.missing_parents, []);
  assert.equal(stitched.nodes.get(server.spanContext().spanId)?.parent?.span.span_id, toFraud);
  assert.equal(stitched.nodes.get(toAccounts)?.parent?.span.span_id, client.spanContext().spanId);
  assert.equal(stitched.nodes.get(server.spanContext().spanId)?.span.sdk, 'otel');
  assert.equal(stitched.nodes.get(server.spanContext().spanId)?.span.annotations['shop.score'], 7);
  assert.deepEqual(traceEdges(stitched), [
    { from: 'payments', to: 'fraud', kind: 'http' },
    { from: 'fraud', to: 'accounts', kind: 'http' },
  ]);

  const graph = await observed.xray.send(new GetTraceGraphCommand({ TraceIds: [xrayId(trace_id)] }));
  assert.deepEqual(drawn(graph.Services), ['fraud → accounts', 'payments → fraud', 'payments → payments']);
  const window = await observed.xray.send(new GetServiceGraphCommand(lately()));
  assert.deepEqual(drawn(window.Services), drawn(graph.Services));
});

test('OTLP by protobuf and by JSON give the same document', async (t) => {
  const observed = await observe(t);
  const service = otelService(t, observed.url, 'seats');
  const span = service.tracer.startSpan(
    'hold',
    {
      kind: SpanKind.INTERNAL,
      attributes: { 'shop.seats': 2, note: 'ü', deep: ['a', 'b'], ok: true, ratio: 0.5, below: -3 },
    },
    ROOT_CONTEXT,
  );
  span.end();
  await service.flush();
  const { traceId, spanId } = span.spanContext();
  const [viaProtobuf] = await documentsOf(observed, traceId, 1);
  const { annotations, metadata, name } = viaProtobuf as Record<string, Record<string, Record<string, unknown>>>;
  assert.equal(name, 'seats');
  assert.deepEqual(annotations, { 'shop.seats': 2 });
  const kept = metadata?.['default'];
  assert.deepEqual(
    [kept?.['note'], kept?.['deep'], kept?.['ok'], kept?.['ratio'], kept?.['below']],
    ['ü', ['a', 'b'], true, 0.5, -3],
  );

  const other = newTraceId();
  const response = await observed.post('/v1/traces', otlpJson('seats', { traceId: other, spanId, name: 'hold' }));
  assert.deepEqual(await response.json(), {});
  const [viaJson] = await documentsOf(observed, other, 1);
  assert.equal((viaJson as { name: string }).name, 'seats');
});

test('a span that comes twice is one, and complete replaces in progress in either order', async (t) => {
  const observed = await observe(t);
  for (const order of [0, 1]) {
    const trace_id = newTraceId();
    const done = segment({ name: 'tickets', trace_id });
    const open = { ...done, end_time: undefined, in_progress: true };
    for (const document of order === 0 ? [open, done, done] : [done, open]) {
      await observed.xray.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [JSON.stringify(document)] }));
    }
    const [kept] = await documentsOf(observed, trace_id, 1);
    assert.deepEqual(kept, JSON.parse(JSON.stringify(done)));
  }
});

test('the X-Ray SDK itself is understood', async (t) => {
  const observed = await observe(t);
  AWSXRay.setDaemonAddress(`127.0.0.1:${observed.observatory.daemonPort}`);
  const own = new AWSXRay.Segment('promotions');
  own.addAnnotation('shop.code', 'EARLY');
  const sub = own.addNewSubsegment('pool.acquire');
  sub.close(new Error('no connection'));
  own.close();
  const documents = await documentsOf(observed, own.trace_id.replaceAll(/^1-|-/g, ''), 1);
  const [span, inner] = documents.flatMap(readDocument);
  assert.deepEqual([span?.sdk, span?.service, span?.annotations['shop.code']], ['xray', 'promotions', 'EARLY']);
  assert.deepEqual(
    [inner?.name, inner?.status, inner?.exceptions?.[0]?.message],
    ['pool.acquire', 'fault', 'no connection'],
  );
});
