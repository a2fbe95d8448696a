import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newTraceId } from '../testing/documents.ts';
import { fuzz } from '../testing/fuzz.ts';
import { fullSegment, garbled } from '../testing/garbled.ts';
import { readDatagram } from './udp.ts';

test('any datagram is kept, or dropped with a reason', async (t) => {
  const whole = `{"format":"json","version":1}\n${JSON.stringify(fullSegment(newTraceId()))}`;
  const datagrams = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    garbled(fullSegment(newTraceId())).map((body) =>
      Buffer.from(`{"format":"json","version":1}\n${JSON.stringify(body)}`),
    ),
    fc.nat(whole.length).map((length) => Buffer.from(whole.slice(0, length))),
    fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(whole);
      bytes[at] = byte;
      return bytes;
    }),
    garbled({ format: 'json', version: 1 }).map((header) => Buffer.from(`${JSON.stringify(header)}\n{}`)),
    fc.nat(20_000).map((depth) => Buffer.from(`{"format":"json","version":1}\n${'{"subsegments":['.repeat(depth)}`)),
  );
  let kept = 0;
  await fuzz(t, datagrams, (datagram) => {
    const read = readDatagram(datagram);
    if ('row' in read) kept += 1;
    else assert.ok(read.dropped.length > 0);
  });
  assert.ok(kept > 0);
});
