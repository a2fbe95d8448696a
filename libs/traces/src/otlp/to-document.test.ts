import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { id, otlpRequest, otlpSpan, START_US, TRACE, XRAY_TRACE } from '../testing/builders.ts';
import { readDocument } from '../xray/read-document.ts';
import { otlpToDocuments, readOtlpTraces } from './read-traces.ts';
import { toSegmentDocument } from './to-document.ts';

const documentOf = (...spans: Parameters<typeof otlpSpan>[]) =>
  otlpToDocuments(otlpRequest('seats', ...spans.map((span) => otlpSpan(...span)))).documents[0]!;
const spanOf = (...spans: Parameters<typeof otlpSpan>[]) =>
  readOtlpTraces(otlpRequest('seats', ...spans.map((span) => otlpSpan(...span))))[0]!;

test('a server span becomes a segment named after its service', () => {
  const document = documentOf([
    1,
    9,
    {
      kind: 'SERVER',
      name: 'POST /holds',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/holds',
        'url.path': '/holds',
        'url.scheme': 'http',
        'server.address': 'localhost',
        'server.port': 4003,
        'http.response.status_code': 409,
        'shop.event_id': 'e1',
        'code.function': 'hold',
      },
    },
  ]);
  assert.equal(document.name, 'seats');
  assert.equal(document.type, undefined);
  assert.equal(document.trace_id, XRAY_TRACE);
  assert.equal(document.parent_id, id(9));
  assert.deepEqual(document.http, {
    request: { method: 'POST', url: 'http://localhost:4003/holds' },
    response: { status: 409 },
  });
  assert.equal(document.error, true);
  assert.deepEqual(document.annotations, { 'http.route': '/holds', 'shop.event_id': 'e1' });
  assert.equal(document.metadata?.['default']?.['code.function'], 'hold');
  assert.deepEqual(document.aws?.['xray'], {
    sdk: 'opentelemetry for nodejs',
    sdk_version: '3.1.0',
    auto_instrumentation: false,
  });
});

test('a client span becomes an independent subsegment named after what it calls', () => {
  const document = documentOf([
    2,
    1,
    { kind: 'CLIENT', name: 'POST', attributes: { 'peer.service': 'bank', 'http.request.method': 'POST' } },
  ]);
  assert.equal(document.name, 'bank');
  assert.equal(document.type, 'subsegment');
  assert.equal(document.namespace, 'remote');
});

test('a query keeps its statement, its database and its name for people', () => {
  const span = spanOf([
    2,
    1,
    {
      kind: 'CLIENT',
      name: 'pg.query:SELECT seats',
      attributes: {
        'db.system.name': 'postgresql',
        'db.namespace': 'seats',
        'db.query.text': 'SELECT * FROM seat FOR UPDATE',
        'server.address': '127.0.0.1',
        'server.port': 5432,
        'peer.service': 'seats@postgres',
      },
    },
  ]);
  assert.equal(span.name, 'SELECT seat');
  assert.equal(span.service, 'seats');
  assert.deepEqual(span.peer, { name: 'seats@postgres', kind: 'sql' });
  assert.deepEqual(span.sql, {
    query: 'SELECT * FROM seat FOR UPDATE',
    database_type: 'postgresql',
    url: 'postgresql://127.0.0.1:5432/seats',
  });
});

test('a DynamoDB call knows its table, whatever peer.service says', () => {
  const span = spanOf([
    2,
    1,
    {
      kind: 'CLIENT',
      name: 'DynamoDB.PutItem',
      attributes: {
        'rpc.system': 'aws-api',
        'rpc.service': 'DynamoDB',
        'rpc.method': 'PutItem',
        'db.system.name': 'dynamodb',
        'aws.dynamodb.table_names': ['payments'],
        'aws.request.id': 'r1',
        'cloud.region': 'us-east-1',
        'http.response.status_code': 400,
        'peer.service': 'payments-table',
      },
    },
  ]);
  assert.equal(span.name, 'DynamoDB.PutItem');
  assert.deepEqual(span.peer, { name: 'payments', kind: 'dynamodb' });
  assert.deepEqual(span.aws, {
    service: 'DynamoDB',
    operation: 'PutItem',
    table_name: 'payments',
    region: 'us-east-1',
    request_id: 'r1',
  });
  assert.equal(span.status, 'error');
});

test('a sent and a taken message know their queue', () => {
  const queue = { 'messaging.system': 'aws_sqs', 'messaging.destination.name': 'order-placed' };
  const sent = spanOf([2, 1, { kind: 'PRODUCER', name: 'send', attributes: queue }]);
  const taken = spanOf([3, 2, { kind: 'CONSUMER', name: 'order-placed process', attributes: queue }]);
  assert.deepEqual(
    [sent.kind, sent.name, sent.peer],
    ['producer', 'order-placed send', { name: 'order-placed', kind: 'sqs' }],
  );
  assert.deepEqual(
    [taken.kind, taken.name, taken.peer],
    ['consumer', 'order-placed process', { name: 'order-placed', kind: 'sqs' }],
  );
});

test('429 is a throttle, 5xx and exceptions are faults', () => {
  const status = (code: number) => spanOf([1, undefined, { attributes: { 'http.response.status_code': code } }]).status;
  assert.deepEqual([200, 404, 429, 503].map(status), ['ok', 'error', 'throttle', 'fault']);
  const failed = spanOf([
    1,
    undefined,
    {
      status: { code: 2, message: 'no connection' },
      events: [
        {
          name: 'exception',
          attributes: [
            { key: 'exception.type', value: { stringValue: 'Error' } },
            { key: 'exception.message', value: { stringValue: 'no connection' } },
            {
              key: 'exception.stacktrace',
              value: { stringValue: 'Error: no\n    at hold (/app/hold.ts:3:7)\n    at /app/x.ts:9:1' },
            },
          ],
        },
      ],
    },
  ]);
  assert.equal(failed.status, 'fault');
  assert.deepEqual(failed.exceptions, [
    {
      type: 'Error',
      message: 'no connection',
      stack: [
        { path: '/app/hold.ts', line: 3, label: 'hold' },
        { path: '/app/x.ts', line: 9, label: 'anonymous' },
      ],
    },
  ]);
});

test('times survive to the microsecond', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000_000_000 }),
      fc.integer({ min: 0, max: 10_000_000 }),
      (offset, length) => {
        const start = BigInt(START_US + offset);
        const span = {
          ...otlpSpan(1, undefined),
          startTimeUnixNano: start * 1000n,
          endTimeUnixNano: String((start + BigInt(length)) * 1000n),
        };
        const [read] = readOtlpTraces(otlpRequest('seats', span));
        assert.equal(read?.start_us, START_US + offset);
        assert.equal(read?.end_us, START_US + offset + length);
      },
    ),
  );
});

test('a document read back from its text gives the same span', () => {
  const document = documentOf([
    2,
    1,
    { kind: 'CLIENT', name: 'GET', attributes: { 'peer.service': 'bank', 'shop.amount': 3, deep: ['a'] } },
  ]);
  assert.deepEqual(readDocument(JSON.parse(JSON.stringify(document))), readDocument(document));
});

test('spans without usable ids or start are counted, not kept', () => {
  const spans = [
    { ...otlpSpan(1, undefined), traceId: '0'.repeat(32) },
    { ...otlpSpan(2, undefined), spanId: 'xyz' },
    { ...otlpSpan(3, undefined), startTimeUnixNano: '0' },
    { ...otlpSpan(4, undefined), parentSpanId: 'short' },
    otlpSpan(5, undefined),
  ];
  const { documents, rejected } = otlpToDocuments(otlpRequest('seats', ...spans));
  assert.equal(rejected, 4);
  assert.equal(documents.length, 1);
});

test('no request makes the reader throw', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      otlpToDocuments(value);
      otlpToDocuments({ resourceSpans: [value] });
      const base = {
        traceId: TRACE,
        spanId: id(1),
        startTimeUnixNano: 1_000_000,
        endTimeUnixNano: value,
        name: value,
        kind: value,
      };
      const span = { ...base, attributes: value, events: [value], links: [value], status: value };
      const odd = {
        ...base,
        attributes: [
          { key: 'http.response.status_code', value },
          { key: 'a', value: { arrayValue: value } },
        ],
      };
      otlpToDocuments({
        resourceSpans: [{ resource: value, scopeSpans: [{ scope: value, spans: [value, span, odd] }] }],
      });
    }),
    { numRuns: 2000 },
  );
});

test('a resource on AWS gives a segment its origin, account and place', () => {
  const on = (attributes: Record<string, string>) =>
    toSegmentDocument(otlpSpan(1, undefined, { kind: 'SERVER' }), { 'service.name': 'x', ...attributes });
  const ec2 = on({
    'cloud.platform': 'aws_ec2',
    'cloud.account.id': '123456789012',
    'host.id': 'i-1',
    'cloud.availability_zone': 'eu-west-1a',
  });
  assert.equal(ec2?.origin, 'AWS::EC2::Instance');
  assert.deepEqual(readDocument(ec2)[0]?.resource, {
    account_id: '123456789012',
    instance_id: 'i-1',
    availability_zone: 'eu-west-1a',
  });
  const ecs = on({ 'cloud.platform': 'aws_ecs', 'aws.ecs.launchtype': 'FARGATE', 'aws.ecs.task.arn': 'arn:task' });
  assert.equal(ecs?.origin, 'AWS::ECS::Fargate');
  assert.deepEqual(readDocument(ecs)[0]?.resource, { arns: ['arn:task'] });
  assert.equal(on({ 'cloud.platform': 'gcp_compute_engine' })?.origin, undefined);
});
