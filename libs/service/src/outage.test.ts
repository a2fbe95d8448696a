import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { until } from '@throughline/testing';
import { Running } from './running.fixture.ts';

/** What may stand where CloudWatch Logs, the collector and the daemon should be. */
const outages = {
  'is not there': undefined,
  'takes connections and says nothing': () => createServer(() => undefined),
  'hangs up': () => createServer((socket) => socket.destroy()),
  'refuses everything': () =>
    createServer((socket) => {
      const answer = 'HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}';
      socket.on('error', () => undefined).once('data', () => socket.end(answer));
    }),
} as const;

describe('a request', { concurrency: 2 }, () => {
  for (const [what, make] of Object.entries(outages)) {
    describe(`while the telemetry's end ${what}`, { concurrency: 2 }, () => {
      let server: Server | undefined;
      let sink: string;
      before(async () => {
        server = make?.();
        server?.listen(0, '127.0.0.1');
        if (server) await once(server, 'listening');
        sink = `127.0.0.1:${(server?.address() as AddressInfo | undefined)?.port ?? 1}`;
      });
      after(() => server?.close());

      for (const tracing of ['otel', 'xray']) {
        it(`is answered as ever (${tracing})`, async () => {
          await using service = new Running({
            TRACING: tracing,
            CLOUDWATCH_LOGS: 'on',
            AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://${sink}`,
            OTEL_EXPORTER_OTLP_ENDPOINT: `http://${sink}`,
            AWS_XRAY_DAEMON_ADDRESS: sink,
            TELEMETRY_FLUSH_MS: '20',
            AWS_REGION: 'eu-west-1',
            AWS_ACCESS_KEY_ID: 'test',
            AWS_SECRET_ACCESS_KEY: 'test',
          });
          const { port } = await service.said('listening');
          for (let round = 0; round < 2; round += 1) {
            const ask = async (): Promise<number> => (await fetch(`http://127.0.0.1:${port}/slow`)).status;
            const statuses = await Promise.all(Array.from({ length: 20 }, ask));
            assert.deepEqual(new Set(statuses), new Set([200]));
          }
          const requests = (): number => service.lines.filter(({ event }) => event === 'request').length;
          await until('a line of each request', () => requests() === 40);
          assert.ok(service.lines.every(({ level }) => level === 'info'));
          service.child.kill('SIGTERM');
          assert.equal((await service.ended()).code, 0);
        });
      }
    });
  }
});
