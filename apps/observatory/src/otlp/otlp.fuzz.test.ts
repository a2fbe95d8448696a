import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { openStore } from '../store/store.ts';
import { newId, newTraceId, otlpJson } from '../testing/documents.ts';
import { fuzz } from '../testing/fuzz.ts';
import { garbled } from '../testing/garbled.ts';
import { postRequest } from '../testing/request.ts';
import { answerExport } from './protocol.ts';
import { tracesSignal } from './traces.ts';

const field = (number: number, bytes: Buffer) => {
  assert.ok(bytes.length < 16_384);
  return Buffer.concat([Buffer.from([number * 8 + 2, (bytes.length & 127) | 128, bytes.length >> 7]), bytes]);
};
const fixed64 = (number: number, value: bigint) => {
  const bytes = Buffer.alloc(9);
  bytes[0] = number * 8 + 1;
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
};

/** An ExportTraceServiceRequest of one span, byte by byte. */
function protobufRequest(): Buffer {
  const start = BigInt(Date.now()) * 1_000_000n;
  const attribute = field(9, Buffer.concat([field(1, Buffer.from('shop.a')), field(2, field(1, Buffer.from('b')))]));
  const span = Buffer.concat([
    field(1, Buffer.from(newTraceId(), 'hex')),
    field(2, Buffer.from(newId(), 'hex')),
    field(5, Buffer.from('work')),
    fixed64(7, start),
    fixed64(8, start + 1000n),
    attribute,
    field(11, field(3, attribute)),
  ]);
  return field(1, field(2, field(2, span)));
}

const span = {
  traceId: newTraceId(),
  spanId: newId(),
  parentSpanId: newId(),
  kind: 3,
  status: { code: 2, message: 'no' },
  attributes: [
    { key: 'http.request.method', value: { stringValue: 'GET' } },
    { key: 'aws.xray.annotations', value: { arrayValue: { values: [{ stringValue: 'a' }] } } },
    { key: 'a', value: { kvlistValue: { values: [{ key: 'b', value: { intValue: '5' } }] } } },
  ],
  events: [
    { name: 'exception', attributes: [{ key: 'exception.stacktrace', value: { stringValue: 'at f (a.js:1:2)' } }] },
  ],
  links: [{ traceId: newTraceId(), spanId: newId() }],
};

test('any OTLP request is taken, or refused in the shape of the protocol', async (t) => {
  const store = openStore(undefined);
  t.after(() => store.close());
  const signal = tracesSignal(store.traces);
  const whole = protobufRequest();
  const bytes = fc.oneof(
    fc.constant(whole),
    fc.uint8Array({ maxLength: 300 }).map((random) => Buffer.from(random)),
    fc.nat(whole.length).map((length) => whole.subarray(0, length)),
    fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
      const changed = Buffer.from(whole);
      for (const [at, byte] of changes) changed[at] = byte;
      return changed;
    }),
  );
  const json = garbled(otlpJson('x', span)).map((body) => Buffer.from(JSON.stringify(body) ?? ''));
  const inputs = fc.tuple(
    fc.oneof(
      bytes.map((body) => ({ body, type: 'application/x-protobuf' })),
      json.map((body) => ({ body, type: 'application/json' })),
      bytes.map((body) => ({ body, type: 'application/json' })),
    ),
    fc.constantFrom('none', 'gzip', 'broken'),
  );
  let taken = 0;
  await fuzz(t, inputs, async ([{ body, type }, zip]) => {
    const sent = zip === 'gzip' ? gzipSync(body) : body;
    const headers = { 'content-type': type, ...(zip !== 'none' && { 'content-encoding': 'gzip' }) };
    const reply = await answerExport(postRequest('/v1/traces', sent, headers), signal);
    assert.ok(reply.status === 200 || reply.status === 400, String(reply.status));
    assert.equal(reply.headers?.['content-type'], type);
    if (reply.status === 200) taken += 1;
  });
  assert.ok(taken > 0);
});
