import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { newTraceId, segment, xrayId } from './testing/documents.ts';
import { temporaryDirectory } from './testing/observe.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

function start(t: TestContext, env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  t.after(() => child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  return { child, errors: () => errors };
}

async function listening(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.includes('\n')) break;
  }
  const { event, port } = JSON.parse(text) as { event: string; port: number };
  assert.equal(event, 'listening');
  return `http://127.0.0.1:${port}`;
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

const post = (url: string, body: object) => fetch(url, { method: 'POST', body: JSON.stringify(body) });

test('what was acknowledged survives kill -9, and a restart at once works', async (t) => {
  const STATE_DIR = temporaryDirectory(t);
  const env = { STATE_DIR, PORT: '0', DAEMON_PORT: '0' };
  const { child } = start(t, env);
  const url = await listening(child);
  const acknowledged: string[] = [];
  const flood = Array.from({ length: 8 }, async () => {
    for (;;) {
      const trace_id = newTraceId();
      const TraceSegmentDocuments = [JSON.stringify(segment({ name: 'x', trace_id }))];
      const response = await post(`${url}/TraceSegments`, { TraceSegmentDocuments }).catch(() => undefined);
      if (!response?.ok) return;
      acknowledged.push(xrayId(trace_id));
      if (acknowledged.length === 200) child.kill('SIGKILL');
    }
  });
  await Promise.all(flood);
  await exitOf(child);
  assert.ok(acknowledged.length >= 200);

  const again = await listening(start(t, env).child);
  for (let from = 0; from < acknowledged.length; from += 5) {
    const TraceIds = acknowledged.slice(from, from + 5);
    const { Traces } = (await (await post(`${again}/Traces`, { TraceIds })).json()) as { Traces: unknown[] };
    assert.equal(Traces.length, TraceIds.length);
  }
});

test('SIGTERM and SIGINT end it with 0 at once, open connections or not', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child } = start(t, { STATE_DIR: temporaryDirectory(t), PORT: '0', DAEMON_PORT: '0' });
    const url = await listening(child);
    await (await fetch(`${url}/healthz`)).text();
    const asked = performance.now();
    child.kill(signal);
    assert.equal(await exitOf(child), 0);
    assert.ok(performance.now() - asked < 5_000);
  }
});

test('a port in use is named, with the remedy', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const port = String((taken.address() as AddressInfo).port);
  for (const [name, env] of [
    ['PORT', { PORT: port, DAEMON_PORT: '0' }],
    ['DAEMON_PORT', { PORT: '0', DAEMON_PORT: port }],
  ] as const) {
    const { child, errors } = start(t, { STATE_DIR: temporaryDirectory(t), ...env });
    assert.equal(await exitOf(child), 1);
    assert.equal(errors(), `Port ${port} is in use: stop what listens there, or set ${name} to another port.\n`);
  }
});

test('wrong settings are named with their remedy, exit 2', async (t) => {
  const { child, errors } = start(t, { PORT: 'x', SAMPLING: 'some' });
  assert.equal(await exitOf(child), 2);
  assert.match(errors(), /^PORT: set .*\nSTATE_DIR: set .*\nSAMPLING: set .*\n$/);
});
