import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import fc from 'fast-check';
import { MAX_BODY_BYTES } from '../http/body.ts';
import { newId, newTraceId, otlpJson, xrayId } from '../testing/documents.ts';
import { observe } from '../testing/observe.ts';
import { decode, encodeBytes, encodeNumberAndText } from './protobuf.ts';

const PROTOBUF = { 'content-type': 'application/x-protobuf' };

test('gzip is unpacked', async (t) => {
  const { post } = await observe(t);
  const body = gzipSync(JSON.stringify(otlpJson('x', { traceId: newTraceId(), spanId: newId() })));
  const response = await post('/v1/traces', body, { 'content-encoding': 'gzip' });
  assert.equal(response.status, 200);
});

test('spans that cannot be kept are counted in a partial success, in either encoding', async (t) => {
  const { post } = await observe(t);
  const viaJson = await post('/v1/traces', otlpJson('x', { traceId: 'no', spanId: newId() }));
  const { partialSuccess } = (await viaJson.json()) as {
    partialSuccess: { rejectedSpans: string; errorMessage: string };
  };
  assert.equal(partialSuccess.rejectedSpans, '1');
  assert.match(partialSuccess.errorMessage, /trace id/);

  const oneEmptySpan = encodeBytes(1, encodeBytes(2, encodeBytes(2, Buffer.alloc(0))));
  const viaProtobuf = await post('/v1/traces', oneEmptySpan, PROTOBUF);
  const bytes = Buffer.from(await viaProtobuf.arrayBuffer());
  assert.equal(viaProtobuf.status, 200);
  assert.deepEqual(bytes, encodeBytes(1, encodeNumberAndText([1, 1], [2, partialSuccess.errorMessage])));
});

test('errors carry a google.rpc.Status in the encoding of the request', async (t) => {
  const { post, url } = await observe(t);
  const statusOf = async (response: Response) => ((await response.json()) as { code: number }).code;

  const badJson = await post('/v1/traces', '{');
  assert.deepEqual([badJson.status, await statusOf(badJson)], [400, 3]);
  const badProtobuf = await post('/v1/traces', Buffer.from([0xff, 0xff, 0xff]), PROTOBUF);
  assert.equal(badProtobuf.status, 400);
  assert.equal(badProtobuf.headers.get('content-type'), 'application/x-protobuf');
  assert.equal(Buffer.from(await badProtobuf.arrayBuffer())[0], 8);
  assert.equal((await post('/v1/traces', 'x', { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await post('/v1/logs', '{}', { 'content-encoding': 'br' })).status, 415);
  assert.equal((await post('/v1/logs', 'no gzip', { 'content-encoding': 'gzip' })).status, 400);
  assert.equal((await fetch(`${url}/v1/traces`)).status, 405);
});

test('a body beyond the limit is refused, also when it only grows when unpacked', async (t) => {
  const { post, url } = await observe(t);
  const bomb = gzipSync(Buffer.alloc(MAX_BODY_BYTES + 1));
  assert.equal((await post('/v1/traces', bomb, { 'content-encoding': 'gzip' })).status, 413);
  const large = await post('/v1/logs', Buffer.alloc(MAX_BODY_BYTES + 1)).catch(() => undefined);
  assert.ok(large === undefined || large.status === 413);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('log records become log events that carry the ids of their trace', async (t) => {
  const { post, logs } = await observe(t);
  const [traceId, spanId] = [newTraceId(), newId()];
  const record = {
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    severityText: 'WARN',
    body: { stringValue: 'seat is gone' },
    attributes: [{ key: 'seat', value: { intValue: '7' } }],
    traceId,
    spanId,
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'seats' } }] };
  const body = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] };
  assert.equal((await post('/v1/logs', body)).status, 200);
  const named = { 'x-aws-log-group': '/shop', 'x-aws-log-stream': 'one' };
  assert.equal((await post('/v1/logs', body, named)).status, 200);
  for (const logGroupName of ['/otel/seats', '/shop']) {
    const { events } = await logs.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: `"${xrayId(traceId)}"` }),
    );
    const { time: _, ...line } = JSON.parse(events?.[0]?.message ?? '') as Record<string, unknown>;
    assert.deepEqual(line, {
      level: 'warn',
      service: 'seats',
      trace_id: traceId,
      xray_trace_id: xrayId(traceId),
      span_id: spanId,
      msg: 'seat is gone',
      seat: 7,
    });
  }
});

test('the protobuf decoder reads numbers exactly', () => {
  const varint = (bytes: number[]) => decode('AnyValue', Buffer.from([0x18, ...bytes]));
  assert.deepEqual(varint([0x96, 0x01]), { intValue: 150 });
  assert.deepEqual(varint([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]), { intValue: -1 });
  assert.deepEqual(varint([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]), {
    intValue: 9_223_372_036_854_775_807n,
  });
  const time = Buffer.alloc(9);
  time[0] = 0x39;
  time.writeBigUInt64LE(1_790_000_000_123_456_789n, 1);
  assert.deepEqual(decode('Span', time), { startTimeUnixNano: 1_790_000_000_123_456_789n });
});

test('any bytes are decoded or refused, at once', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decode('ExportTraceServiceRequest', Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof RangeError);
      }
    }),
    { numRuns: 2000 },
  );
});

test('messages that nest without end are refused', () => {
  let value: Buffer = Buffer.alloc(0);
  for (let level = 0; level < 300; level += 1) value = encodeBytes(5, encodeBytes(1, value));
  assert.throws(() => decode('AnyValue', value), RangeError);
});
