import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, test } from 'node:test';
import { createFakes, freePort } from './fake-parts.ts';
import { PartFailed } from './part.ts';
import { answers } from './probes.ts';
import { poll, processStart } from './processes.ts';
import { type RunningParts, runParts } from './run-parts.ts';

let fakes: ReturnType<typeof createFakes>;
let running: RunningParts | undefined;
beforeEach(() => (fakes = createFakes()));
afterEach(async () => {
  await running?.stop();
  running = undefined;
  fakes.remove();
});

const types = (part: string) =>
  fakes.events.filter((each) => 'part' in each && each.part === part).map(({ type }) => type);

test('parts are up when all answer, and stop leaves no process and no lock', async () => {
  const [one, two] = [await freePort(), await freePort()];
  running = await runParts([fakes.part('one', one), fakes.part('two', two, {}, { kind: 'backend' })], fakes);
  assert.ok(await answers(`http://127.0.0.1:${one}/`));
  const pids = running.processes().map(({ pid }) => pid ?? 0);
  assert.deepEqual(types('one'), ['starting', 'up']);
  await running.stop();
  assert.deepEqual(
    pids.map((pid) => processStart(pid)),
    [undefined, undefined],
  );
  assert.ok(!existsSync(join(fakes.state, 'fleet.lock')));
});

test('a part that dies is told with its last lines and started again', async () => {
  running = await runParts([fakes.part('one', await freePort())], fakes);
  running.kill('one', 'SIGKILL');
  const again = () => types('one').filter((type) => type === 'up').length === 2;
  assert.ok(await poll(again, 5000));
  assert.deepEqual(types('one'), ['starting', 'up', 'died', 'restarting', 'starting', 'up']);
  const died = fakes.events.find((event) => event.type === 'died');
  assert.deepEqual(died, { type: 'died', part: 'one', code: null, signal: 'SIGKILL', log: ['begun one'] });
  assert.equal(running.processes()[0]?.restarts, 1);
});

test('the pause before a restart grows with each death', async () => {
  running = await runParts([fakes.part('one', await freePort())], fakes);
  for (const ups of [2, 3]) {
    running.kill('one', 'SIGKILL');
    assert.ok(await poll(() => types('one').filter((type) => type === 'up').length === ups, 5000));
  }
  const delays = fakes.events.filter((event) => event.type === 'restarting').map(({ delayMs }) => delayMs);
  assert.deepEqual(delays, [250, 500]);
});

test('a part that dies while it starts fails the start, is named with its last lines, and nothing is left', async () => {
  const port = await freePort();
  const parts = [fakes.part('good', port), fakes.part('bad', await freePort(), { BROKEN: 'moon' })];
  await assert.rejects(runParts(parts, fakes), (error) => {
    assert.ok(error instanceof PartFailed);
    assert.equal(error.message, 'bad died while it started');
    assert.deepEqual(error.log, ['begun bad', 'no such thing as moon']);
    return true;
  });
  assert.equal(await answers(`http://127.0.0.1:${port}/`), false);
  assert.ok(!existsSync(join(fakes.state, 'fleet.lock')));
});

test('a part that can be retried may die before it first answers', async () => {
  let tries = 0;
  const part = fakes.part('one', await freePort(), { BROKEN: 'moon' }, { retries: 2 });
  const prepare = async () => {
    if (++tries > 1) delete part.env['BROKEN'];
  };
  running = await runParts([{ ...part, prepare }], fakes);
  assert.equal(tries, 2);
});

test('a restart on purpose is not told as a death', async () => {
  running = await runParts([fakes.part('one', await freePort())], fakes);
  const before = running.processes()[0]?.pid;
  await running.restart('one');
  assert.notEqual(running.processes()[0]?.pid, before);
  assert.deepEqual(types('one'), ['starting', 'up', 'starting', 'up']);
});

test('a service that ignores SIGTERM is killed, and the stop takes less than 5 s', async () => {
  running = await runParts([fakes.part('one', await freePort(), { STUBBORN: '1' })], fakes);
  const pid = running.processes()[0]?.pid ?? 0;
  const began = performance.now();
  await running.stop();
  assert.ok(performance.now() - began < 5000);
  assert.equal(processStart(pid), undefined);
});

test('services end before the backends that they stand on', async () => {
  const backend = fakes.part('store', await freePort(), {}, { kind: 'backend' });
  running = await runParts([fakes.part('one', await freePort(), { STUBBORN: '1' }), backend], fakes);
  const store = running.processes()[1]?.pid ?? 0;
  const service = running.processes()[0]?.pid ?? 0;
  const stopped = running.stop();
  while (processStart(service) !== undefined) {
    assert.notEqual(processStart(store), undefined);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await stopped;
});

test('starting can be given up, and nothing of it is left', async () => {
  const port = await freePort();
  const never = fakes.part('never', await freePort(), {}, { isReady: async () => false });
  const abort = new AbortController();
  const starting = runParts([fakes.part('one', port), never], { ...fakes, signal: abort.signal });
  assert.ok(await poll(() => types('one').includes('up'), 5000));
  abort.abort(new Error('enough'));
  await assert.rejects(starting, /enough/);
  assert.equal(await answers(`http://127.0.0.1:${port}/`), false);
});

test('a port in use names the port, what wanted it, and the remedy', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  await assert.rejects(
    runParts([fakes.part('one', port)], fakes),
    new RegExp(`Port ${port} \\(TCP\\), wanted by one, is in use\\.\\n.*--port-offset 100`),
  );
  holder.close();
});

test('a state directory in use by a living fleet is refused; one left by a dead fleet is taken', async () => {
  running = await runParts([fakes.part('one', await freePort())], fakes);
  await assert.rejects(runParts([], fakes), /Another fleet \(process \d+\) uses .* --state/);
  await running.stop();
  writeFileSync(join(fakes.state, 'fleet.lock'), JSON.stringify({ pid: process.pid, began: '1', children: [] }));
  running = await runParts([fakes.part('one', await freePort())], fakes);
  assert.equal((JSON.parse(readFileSync(join(fakes.state, 'fleet.lock'), 'utf8')) as { pid: number }).pid, process.pid);
});

const runner = (state: string, port: number) => `
  import { runParts } from '${new URL('run-parts.ts', import.meta.url).href}';
  import { createFakes } from '${new URL('fake-parts.ts', import.meta.url).href}';
  const fakes = createFakes(${JSON.stringify(state)});
  const parts = [fakes.part('one', ${port}, { STUBBORN: '1' })];
  const running = await runParts(parts, { state: ${JSON.stringify(state)} });
  console.log(running.processes()[0].pid);
  setInterval(() => {}, 1000);
`;

test('the parts of a fleet that is killed end with it, and a start at once works', async () => {
  const port = await freePort();
  const child = spawn(process.execPath, ['--input-type=module', '-e', runner(fakes.state, port)]);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  assert.notEqual(processStart(Number(line)), undefined);
  child.kill('SIGKILL');
  await once(child, 'exit');
  running = await runParts([fakes.part('one', port)], fakes);
  assert.equal(processStart(Number(line)), undefined);
});
