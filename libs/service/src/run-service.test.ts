import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { Running } from './running.fixture.ts';

describe('a service', { concurrency: 4 }, () => {
  for (const tracing of ['off', 'otel', 'xray']) {
    it(`answers the requests under way when it is told to stop, and takes no new one (${tracing})`, async () => {
      await using service = new Running({ TRACING: tracing });
      const { port } = await service.said('listening');
      const agent = new Agent({ keepAlive: true });
      const answered = once(get({ port, path: '/slow', agent }), 'response') as Promise<[IncomingMessage]>;
      const idle = connect(port!, '127.0.0.1');
      await service.said('taken');
      service.child.kill('SIGTERM');
      service.child.kill('SIGINT');
      const ended = service.ended();
      const [response] = await answered;
      assert.equal(response.statusCode, 200);
      response.resume();
      const { code, ms } = await ended;
      assert.equal(code, 0);
      assert.ok(ms < 2_500, `${ms} ms`);
      assert.equal(service.lines.filter(({ event }) => event === 'closed').length, 1);
      idle.destroy();
      agent.destroy();
    });
  }

  it('tells the metrics of its routes when it stops; an idle one tells none', async () => {
    await using busy = new Running({});
    await using idle = new Running({});
    const { port } = await busy.said('listening');
    await idle.said('listening');
    for (const path of ['/slow', '/none']) await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    for (const service of [busy, idle]) {
      service.child.kill('SIGTERM');
      await service.ended();
    }
    const told = busy.lines.filter(({ event }) => event === 'metrics');
    assert.deepEqual(
      told.map(({ route, method, requests, errors, faults }) => [route, method, requests, errors, faults]).slice(0, 2),
      [
        ['/slow', 'GET', 1, 0, 0],
        ['unknown', 'GET', 1, 1, 0],
      ],
    );
    assert.ok(told.every((line) => '_aws' in line && line['service'] === 'catalog' && !('trace_id' in line)));
    assert.deepEqual(
      idle.lines.filter(({ event }) => event === 'metrics'),
      [],
    );
  });

  it('stops while it is still being built', async () => {
    await using service = new Running({ DOES: 'build' });
    await service.said('building');
    service.child.kill('SIGTERM');
    const { code, ms } = await service.ended();
    assert.equal(code, 0);
    assert.ok(ms < 1_000, `${ms} ms`);
    await service.said('closed');
  });

  it('stops within 5 s though a part of it never closes, or fails to', async () => {
    for (const DOES of ['hang', 'throw']) {
      await using service = new Running({ DOES });
      await service.said('listening');
      service.child.kill('SIGINT');
      const { code, ms } = await service.ended();
      assert.equal(code, 0);
      assert.ok(ms < 5_000, `${ms} ms`);
      await service.said('close_failed');
    }
  });

  it('stops within 5 s though its logs and spans reach nobody', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const aws = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
    const sinks = { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url, OTEL_EXPORTER_OTLP_ENDPOINT: url, CLOUDWATCH_LOGS: 'on' };
    await using service = new Running({ TRACING: 'otel', ...aws, ...sinks });
    const { port } = await service.said('listening');
    assert.equal((await fetch(`http://127.0.0.1:${port}/slow`)).status, 200);
    service.child.kill('SIGTERM');
    const { code, ms } = await service.ended();
    silent.closeAllConnections();
    silent.close();
    assert.equal(code, 0);
    assert.ok(ms < 5_000, `${ms} ms`);
  });

  it('with bad settings ends with exit code 2 and one line that names the variable', async () => {
    for (const [name, value, reason] of [
      ['PORT', '', 'is not set'],
      ['PORT', '80x', 'cannot be used'],
      ['DOES', 'harm', 'cannot be used'],
      ['TRACING', 'harm', 'is not known'],
    ] as const) {
      await using service = new Running({ [name]: value });
      assert.equal((await service.ended()).code, 2);
      assert.equal(service.errors.length, 1, service.errors.join('\n'));
      assert.ok(service.errors[0]?.startsWith(`catalog: ${name}`) && service.errors[0].includes(reason));
      assert.deepEqual(service.lines, []);
    }
  });

  it('whose port is in use ends with exit code 1 and names the port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await using service = new Running({ PORT: String(port) });
    assert.equal((await service.ended()).code, 1);
    other.close();
    const { msg } = await service.said('fatal');
    assert.equal(msg, `port ${port} of 127.0.0.1 is in use; set PORT to a free one, or end what holds it`);
  });

  it('with a bug outside of any request says what it was and ends with exit code 1', async () => {
    await using service = new Running({ DOES: 'crash' });
    const { port } = await service.said('listening');
    await assert.rejects(fetch(`http://127.0.0.1:${port}/slow`));
    assert.equal((await service.ended()).code, 1);
    assert.equal((await service.said('fatal')).msg, 'a bug');
  });
});
