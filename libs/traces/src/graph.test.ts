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
    'checkout client client',
    'checkout service',
    'order-placed sqs AWS::SQS::Queue',
    'orders service',
    'orders@postgres sql Database::SQL',
    'pricing service',
    'promotions dynamodb AWS::DynamoDB::Table',
    'tickets service',
    'tickets@postgres sql Database::SQL',
  ]);
  assert.deepEqual(drawn(nodes), [
    'checkout → checkout',
    'checkout → orders',
    'checkout → pricing',
    'order-placed → tickets (link)',
    'orders → order-placed',
    'orders → orders@postgres',
    'pricing → bank',
    'pricing → promotions',
    'tickets → tickets@postgres',
  ]);
  const checkout = nodes.find((node) => node.name === 'checkout' && node.kind === 'service')!;
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

test('a link tells how old its messages were, a call how long it took', () => {
  const nodes = traceGraph([assembleTrace(purchase())!]);
  const [link] = nodes.find((node) => node.name === 'order-placed')!.edges;
  assert.deepEqual([link?.link, link?.histogram, link?.ages], [true, [], [{ value: 0.002, count: 1 }]]);
  const call = nodes.find((node) => node.name === 'pricing')!.edges.find((edge) => nodes[edge.to]!.name === 'bank')!;
  assert.deepEqual([call.histogram, call.ages], [[{ value: 0.004, count: 1 }], []]);
});

test('an edge tells the other names its caller used', () => {
  const caller = readDocument({
    ...segment(1, undefined, 'gateway'),
    subsegments: [subsegment(2, 'seats.internal', { namespace: 'remote' })],
  });
  const nodes = traceGraph([assembleTrace([...caller, ...readDocument(segment(3, 2, 'seats'))])!]);
  assert.deepEqual(nodes.find((node) => node.name === 'gateway')?.edges[0]?.aliases, ['seats.internal']);
});

test('two types of one name are two nodes, and what they contain belongs to theirs', () => {
  const lambda = { ...segment(1, undefined, 'render'), origin: 'AWS::Lambda' };
  const body = {
    ...segment(2, 1, 'render'),
    origin: 'AWS::Lambda::Function',
    http: { request: { method: 'POST', url: 'http://l/' } },
    subsegments: [subsegment(3, 'S3', { namespace: 'aws', aws: { operation: 'PutObject', bucket_name: 'tickets' } })],
  };
  const nodes = traceGraph([assembleTrace([...readDocument(lambda), ...readDocument(body)])!]);
  assert.deepEqual(
    nodes.map(({ name, type, edges }) => [name, type, edges.map((edge) => nodes[edge.to]!.type)]),
    [
      ['tickets', 'AWS::S3::Bucket', []],
      ['render', 'AWS::Lambda', ['AWS::Lambda::Function']],
      ['render', 'AWS::Lambda::Function', ['AWS::S3::Bucket']],
    ],
  );
});

test('what a service does after its answer is in its durations, not in its response times', () => {
  const spans = readDocument({
    ...segment(1, undefined, 'orders', { at: 0, for: 10 }),
    subsegments: [subsegment(2, 'later', { at: 5, for: 45 })],
  });
  const [node] = traceGraph([assembleTrace(spans)!]);
  assert.deepEqual([node?.histogram, node?.durations], [[{ value: 0.01, count: 1 }], [{ value: 0.05, count: 1 }]]);
});
