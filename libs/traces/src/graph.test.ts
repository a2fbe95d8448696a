import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assembleTrace } from './assemble.ts';
import { traceEdges } from './crossings.ts';
import { ServiceGraph, traceGraph, type GraphNode } from './graph.ts';
import { otlpRequest, otlpSpan, segment, subsegment } from './testing/builders.ts';
import { purchase } from './testing/purchase.ts';
import { readOtlpTraces } from './otlp/read-traces.ts';
import type { Span } from './span.ts';
import { readDocument } from './xray/read-document.ts';

const edgesOf = (spans: Span[]) =>
  traceEdges(assembleTrace(spans)!).map(({ from, to, kind }) => `${from} → ${to} (${kind})`);
const drawn = (nodes: GraphNode[]) =>
  nodes
    .flatMap((node) => node.edges.map((edge) => `${node.name} → ${nodes[edge.to]!.name}${edge.link ? ' (link)' : ''}`))
    .toSorted();

test('the edges of a purchase, in the order of time', () => {
  assert.deepEqual(edgesOf(purchase()), [
    'checkout → pricing (http)',
    'pricing → promotions (dynamodb)',
    'pricing → bank (http)',
    'checkout → orders (http)',
    'orders → orders@postgres (sql)',
    'orders → order-placed (sqs)',
    'order-placed → tickets (sqs)',
    'tickets → tickets@postgres (sql)',
  ]);
});

test('the graph has a client in front, services, and inferred nodes only where nobody answered', () => {
  const nodes = traceGraph([assembleTrace(purchase())!]);
  assert.deepEqual(nodes.map(({ name, kind, type }) => `${name} ${kind} ${type ?? ''}`.trim()).toSorted(), [
    'bank http remote',
    'checkout service',
    'client client client',
    'order-placed sqs AWS::SQS::Queue',
    'orders service',
    'orders@postgres sql Database::SQL',
    'pricing service',
    'promotions dynamodb AWS::DynamoDB::Table',
    'tickets service',
    'tickets@postgres sql Database::SQL',
  ]);
  assert.deepEqual(drawn(nodes), [
    'checkout → orders',
    'checkout → pricing',
    'client → checkout',
    'order-placed → tickets (link)',
    'orders → order-placed',
    'orders → orders@postgres',
    'pricing → bank',
    'pricing → promotions',
    'tickets → tickets@postgres',
  ]);
  const checkout = nodes.find((node) => node.name === 'checkout')!;
  assert.equal(checkout.root, true);
  assert.deepEqual(checkout.statistics, { ok: 1, error: 0, throttle: 0, fault: 0, total: 1, total_us: 100_000 });
  assert.deepEqual(checkout.histogram, [{ value: 0.1, count: 1 }]);
  const call = checkout.edges.find((edge) => nodes[edge.to]!.name === 'pricing')!;
  assert.equal(call.statistics.total_us, 20_000);
});

test('any order of arrival gives the same graph', () => {
  const spans = purchase();
  const wanted = traceGraph([assembleTrace(spans)!]);
  fc.assert(
    fc.property(fc.shuffledSubarray(spans, { minLength: spans.length }), (shuffled) => {
      assert.deepEqual(traceGraph([assembleTrace(shuffled)!]), wanted);
    }),
  );
});

test('the order of traces is without effect', () => {
  const traces = [
    assembleTrace(purchase())!,
    assembleTrace(readDocument({ ...segment(1, undefined, 'pricing'), fault: true }))!,
  ];
  const graph = new ServiceGraph();
  for (const trace of traces.toReversed()) graph.add(trace);
  assert.deepEqual(graph.nodes(), traceGraph(traces));
});

test('the real child wins over the name its caller used', () => {
  const caller = readOtlpTraces(
    otlpRequest(
      'gateway',
      otlpSpan(1, undefined, { kind: 'CLIENT', attributes: { 'peer.service': 'seats.internal' } }),
    ),
  );
  assert.deepEqual(edgesOf(caller), ['gateway → seats.internal (http)']);
  assert.deepEqual(edgesOf([...caller, ...readDocument(segment(2, 1, 'seats'))]), ['gateway → seats (http)']);
});

test('the HTTP request under an AWS call is no call of its own', () => {
  const spans = readOtlpTraces(
    otlpRequest(
      'payments',
      otlpSpan(1, undefined, { kind: 'SERVER' }),
      otlpSpan(2, 1, {
        kind: 'CLIENT',
        attributes: { 'rpc.system': 'aws-api', 'rpc.service': 'DynamoDB', 'aws.dynamodb.table_names': ['payments'] },
      }),
      otlpSpan(3, 2, { kind: 'CLIENT', attributes: { 'http.request.method': 'POST', 'server.address': '127.0.0.1' } }),
    ),
  );
  assert.deepEqual(edgesOf(spans), ['payments → payments (dynamodb)']);
});

test('taking from and deleting from a queue move no message', () => {
  const call = (n: number, operation: string) =>
    subsegment(n, 'SQS', { namespace: 'aws', aws: { operation, queue_url: 'http://q/0/order-placed' } });
  const spans = readDocument({
    ...segment(1, undefined, 'tickets'),
    subsegments: [call(2, 'ReceiveMessage'), call(3, 'DeleteMessage')],
  });
  assert.deepEqual(edgesOf(spans), []);
});

test('a service that goes on with its own trace calls nobody', () => {
  const server = readDocument({
    ...segment(1, undefined, 'orders'),
    http: { request: { method: 'POST', url: 'http://o/orders' } },
  });
  assert.deepEqual(edgesOf([...server, ...readDocument(segment(2, 1, 'orders'))]), []);
});

test('a message whose producer only shows as its server span still passes the queue', () => {
  const taken = { ...segment(2, 1, 'tickets'), annotations: { 'messaging.destination.name': 'order-placed' } };
  assert.deepEqual(edgesOf([...readDocument(segment(1, undefined, 'orders')), ...readDocument(taken)]), [
    'orders → order-placed (sqs)',
    'order-placed → tickets (sqs)',
  ]);
});
