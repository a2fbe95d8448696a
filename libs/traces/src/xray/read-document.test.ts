import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { id, segment, START_US, subsegment, TRACE, XRAY_TRACE } from '../testing/builders.ts';
import { parseDocument } from './parse-document.ts';
import { readDocument } from './read-document.ts';

test('a segment and all it embeds belong to its service', () => {
  const spans = readDocument({
    ...segment(1, undefined, 'pricing', { at: 0, for: 9 }),
    http: { request: { method: 'POST', url: 'http://a/quotes', client_ip: '::1' }, response: { status: 200 } },
    annotations: { 'http.route': '/quotes', 'shop.seats': 2 },
    subsegments: [
      subsegment(2, 'quote', {
        subsegments: [
          subsegment(3, 'promotions', {
            namespace: 'remote',
            http: { request: { method: 'GET', url: 'http://p/codes/X' } },
          }),
        ],
      }),
      subsegment(4, 'pool.acquire'),
    ],
  });
  assert.deepEqual(
    spans.map((span) => [span.span_id, span.parent_id, span.service, span.kind, span.name, span.sdk]),
    [
      [id(1), undefined, 'pricing', 'server', 'POST /quotes', 'xray'],
      [id(2), id(1), 'pricing', 'internal', 'quote', 'xray'],
      [id(3), id(2), 'pricing', 'client', 'GET /codes/X', 'xray'],
      [id(4), id(1), 'pricing', 'internal', 'pool.acquire', 'xray'],
    ],
  );
  assert.equal(spans[0]!.trace_id, TRACE);
  assert.equal(spans[0]!.start_us, START_US);
  assert.equal(spans[0]!.end_us, START_US + 9000);
  assert.deepEqual(spans[2]!.peer, { name: 'promotions', kind: 'http' });
});

test('a segment that took a message from a queue is a consumer', () => {
  const [span] = readDocument({
    ...segment(1, 9, 'tickets'),
    annotations: { 'messaging.destination.name': 'order-placed' },
  });
  assert.equal(span?.kind, 'consumer');
  assert.deepEqual(span?.peer, { name: 'order-placed', kind: 'sqs' });
  assert.equal(span?.name, 'order-placed process');
});

test('a segment without HTTP and queue is work of its own, named by its operation', () => {
  const [span] = readDocument({ ...segment(1, 9, 'orders'), metadata: { default: { operation: 'publish order' } } });
  assert.deepEqual([span?.kind, span?.name], ['internal', 'publish order']);
});

test('AWS and SQL subsegments name what they call', () => {
  const peerOf = (name: string, members: object) =>
    readDocument({ ...segment(1, undefined, 'x'), subsegments: [{ ...subsegment(2, name), ...members }] })[1]!;
  const put = peerOf('DynamoDB', {
    namespace: 'aws',
    aws: { operation: 'PutItem', table_name: 'payments', request_id: 'r' },
  });
  assert.deepEqual(
    [put.peer, put.name, put.kind],
    [{ name: 'payments', kind: 'dynamodb' }, 'DynamoDB.PutItem', 'client'],
  );
  const sent = peerOf('SQS', {
    namespace: 'aws',
    aws: { operation: 'SendMessage', queue_url: 'http://q/0/ticket-issued' },
  });
  assert.deepEqual(
    [sent.peer, sent.name, sent.kind],
    [{ name: 'ticket-issued', kind: 'sqs' }, 'ticket-issued send', 'producer'],
  );
  const query = peerOf('seats@postgres', { namespace: 'remote', sql: { sanitized_query: 'select 1 from seats' } });
  assert.deepEqual(
    [query.peer, query.name, query.kind],
    [{ name: 'seats@postgres', kind: 'sql' }, 'SELECT seats', 'client'],
  );
  const other = peerOf('S3', { namespace: 'aws', aws: { operation: 'PutObject' } });
  assert.deepEqual([other.peer, other.name], [{ name: 'S3', kind: 'aws' }, 'S3.PutObject']);
});

test('flags, exceptions, links and user survive', () => {
  const [span] = readDocument({
    ...segment(1, undefined, 'x'),
    fault: true,
    error: true,
    user: 'u1',
    cause: {
      exceptions: [{ id: 'e', type: 'TypeError', message: 'm', stack: [{ path: 'a.js', line: 3, label: 'f' }] }],
    },
    links: [{ trace_id: XRAY_TRACE, id: id(7) }],
  });
  assert.equal(span?.status, 'fault');
  assert.equal(span?.user, 'u1');
  assert.deepEqual(span?.exceptions, [
    { type: 'TypeError', message: 'm', stack: [{ path: 'a.js', line: 3, label: 'f' }] },
  ]);
  assert.deepEqual(span?.links, [{ trace_id: TRACE, span_id: id(7) }]);
});

test('an independent subsegment leaves its service to its segment', () => {
  const [span] = readDocument({ ...subsegment(2, 'late'), type: 'subsegment', trace_id: XRAY_TRACE, parent_id: id(1) });
  assert.equal(span?.service, '');
});

test('a document in progress has no end', () => {
  const { end_time: _, ...open } = segment(1, undefined, 'x');
  assert.equal(readDocument({ ...open, in_progress: true })[0]?.end_us, undefined);
});

test('an unusable document is refused with a code', () => {
  const good = segment(1, undefined, 'x');
  const codeOf = (document: unknown) => {
    const parsed = parseDocument(typeof document === 'string' ? document : JSON.stringify(document));
    return parsed.ok ? 'ok' : parsed.code;
  };
  assert.equal(codeOf(good), 'ok');
  assert.equal(codeOf('{'), 'ParseError');
  assert.equal(codeOf('[]'), 'ParseError');
  assert.equal(codeOf({ ...good, id: undefined }), 'MissingId');
  assert.equal(codeOf({ ...good, id: 'zz' }), 'InvalidId');
  assert.equal(codeOf({ ...good, trace_id: '1-2-3' }), 'InvalidTraceId');
  assert.equal(codeOf({ ...good, name: '' }), 'InvalidName');
  assert.equal(codeOf({ ...good, start_time: 'now' }), 'InvalidStartTime');
  assert.equal(codeOf({ ...good, end_time: undefined }), 'MissingEndTime');
  assert.equal(codeOf({ ...good, type: 'subsegment' }), 'MissingParentId');
  assert.equal(codeOf({ ...good, metadata: { default: { big: 'x'.repeat(70_000) } } }), 'SizeLimitExceeded');
});

test('deep nesting and any JSON are read without throwing', () => {
  let deep: object = subsegment(2, 'leaf');
  for (let level = 0; level < 5000; level += 1) deep = { ...subsegment(3 + level, 'level'), subsegments: [deep] };
  assert.equal(readDocument({ ...segment(1, undefined, 'x'), subsegments: [deep] }).length, 5002);
  fc.assert(
    fc.property(fc.anything(), (value) => {
      readDocument(value);
      const odd = {
        http: value,
        sql: value,
        aws: value,
        cause: value,
        annotations: value,
        metadata: value,
        links: [value],
      };
      readDocument({ ...segment(1, undefined, 'x'), ...odd, subsegments: [value, { ...subsegment(2, 'y'), ...odd }] });
    }),
    { numRuns: 2000 },
  );
});
