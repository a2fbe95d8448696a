import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { backends } from '@throughline/contracts';
import type { FleetOf } from '../harness/fleet.ts';

const noise = [
  Buffer.alloc(0),
  Buffer.from('{'),
  Buffer.from('[]'),
  Buffer.from('{"a":'),
  randomBytes(2000),
  Buffer.alloc(5000, 0xff),
];

/** What anybody may send to the ports of the observatory. */
export function garbageSuite(fleetOf: FleetOf): void {
  const observatory = (): URL => new URL(fleetOf().fleet.urls['observatory'] ?? '');
  const daemonPort = (): number =>
    Number(observatory().port) - backends.observatory.port + backends.observatory.daemonPort;

  const post = async (
    path: string,
    body: Buffer,
    headers: Record<string, string>,
    port = Number(observatory().port),
  ) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      body: Uint8Array.from(body),
      headers,
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  describe('the observatory, sent garbage,', () => {
    for (const signal of ['traces', 'logs']) {
      test(`says so in OTLP's way where it takes ${signal}`, async () => {
        const json = { 'content-type': 'application/json' };
        const protobuf = { 'content-type': 'application/x-protobuf' };
        const gzip = { 'content-encoding': 'gzip' };
        for (const body of noise.slice(1)) {
          const inJson = await post(`/v1/${signal}`, body, json);
          assert.deepEqual(
            [inJson.status, typeof JSON.parse(inJson.text).message],
            [400, 'string'],
            String(body.subarray(0, 9)),
          );
          for (const headers of [protobuf, { ...protobuf, ...gzip }]) {
            const binary = await post(`/v1/${signal}`, body, headers);
            assert.deepEqual([binary.status, binary.headers.get('content-type')], [400, 'application/x-protobuf']);
          }
        }
        assert.equal((await post(`/v1/${signal}`, Buffer.from('<a/>'), { 'content-type': 'text/xml' })).status, 415);
        const bomb = gzipSync(Buffer.alloc(200_000_000));
        assert.equal((await post(`/v1/${signal}`, bomb, { ...json, ...gzip })).status, 413);
      });
    }

    test("says so in X-Ray's way, on its own port and on the daemon's", async () => {
      for (const port of [Number(observatory().port), daemonPort()]) {
        for (const body of noise.slice(1)) {
          for (const path of ['/TraceSegments', '/SamplingTargets', '/GetSamplingRules']) {
            const answer = await post(path, body, {}, port);
            assert.equal(answer.status, 400, `${path} ${String(body.subarray(0, 9))}: ${answer.text}`);
            assert.equal(answer.headers.get('x-amzn-errortype'), 'SerializationException');
            assert.ok(JSON.parse(answer.text));
          }
        }
        const unknown = await post('/Nothing', Buffer.from('{}'), {}, port);
        assert.deepEqual([unknown.status, unknown.headers.get('x-amzn-errortype')], [404, 'UnknownOperationException']);
      }
    });

    test("takes a bad segment's fellows and says which one was bad", async () => {
      const documents = [
        '{',
        '[]',
        '{}',
        JSON.stringify({ name: 'x', id: 'no', trace_id: 'no', start_time: 1, end_time: 2 }),
      ];
      const body = Buffer.from(JSON.stringify({ TraceSegmentDocuments: documents }));
      const answer = await post('/TraceSegments', body, {});
      assert.equal(answer.status, 200);
      assert.equal(JSON.parse(answer.text).UnprocessedTraceSegments.length, documents.length);
    });

    test("says so in CloudWatch Logs' way", async () => {
      const type = { 'content-type': 'application/x-amz-json-1.1' };
      for (const body of noise.slice(1)) {
        for (const operation of ['PutLogEvents', 'FilterLogEvents', 'CreateLogGroup']) {
          const answer = await post('/', body, { ...type, 'x-amz-target': `Logs_20140328.${operation}` });
          assert.equal(answer.status, 400);
          assert.match(JSON.parse(answer.text).__type, /Exception$/);
        }
      }
      const unknown = await post('/', Buffer.from('{}'), { ...type, 'x-amz-target': 'Logs_20140328.Nothing' });
      assert.deepEqual([unknown.status, JSON.parse(unknown.text).__type], [400, 'UnknownOperationException']);
    });

    test('ends connections that speak no HTTP', async () => {
      for (const port of [Number(observatory().port), daemonPort()]) {
        const socket = connect(port, '127.0.0.1');
        socket.end(randomBytes(4000));
        assert.match(await text(socket), /^(HTTP\/1.1 400 |$)/);
      }
    });

    describe('by datagram, drops it', () => {
      const socket = createSocket('udp4');
      before(async () => {
        socket.bind(0, '127.0.0.1');
        await once(socket, 'listening');
      });
      after(() => socket.close());

      test('and takes the segment that comes next', async () => {
        const { traces } = fleetOf();
        const header = '{"format":"json","version":1}\n';
        const trace_id = `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
        const now = Date.now() / 1000;
        const segment = {
          name: 'gateway',
          id: randomBytes(8).toString('hex'),
          trace_id,
          start_time: now,
          end_time: now + 0.1,
        };
        const datagrams = [
          ...noise,
          Buffer.from(`${header}{`),
          Buffer.from(`${header}[1]`),
          Buffer.from(`{"format":"xml","version":9}\n{}`),
          randomBytes(65_000),
          Buffer.from(header + JSON.stringify(segment)),
        ];
        for (const datagram of datagrams) {
          await new Promise((sent) => socket.send(datagram, daemonPort(), '127.0.0.1', sent));
        }
        const trace = await traces.when(trace_id, () => true);
        assert.equal(trace.root.span.service, 'gateway');
      });
    });

    test('still answers', async () => {
      const { fleet } = fleetOf();
      assert.deepEqual(await (await fetch(new URL('/healthz', observatory()))).json(), { status: 'ok' });
      assert.equal(fleet.processes().find(({ name }) => name === 'observatory')?.restarts, 0);
    });
  });
}
