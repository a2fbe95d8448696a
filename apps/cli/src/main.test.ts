import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { services } from '@throughline/contracts';

const bin = fileURLToPath(new URL('../bin/throughline.js', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });

test('the version and the help are answers', () => {
  const version = run('--version');
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(version.status, 0);
  const help = run('up', '--help');
  assert.match(help.stdout, /--port-offset <n>/);
  assert.equal(help.status, 0);
});

const wrong: [string[], RegExp][] = [
  [[], /Usage: throughline/],
  [['fly'], /unknown command 'fly'/],
  [['up', 'extra'], /too many arguments/],
  [['up', '--port-offset', '-1'], /whole number from 0 to 50000/],
  [['up', '--port-offset', '50001'], /whole number from 0 to 50000/],
  [['up', '--port-offset', '1e3'], /whole number from 0 to 50000/],
  [['up', '--only', 'seat'], /No service is called seat; there are gateway, /],
  [['up', '--only', ''], /No service is called ''/],
  [['up', '--tracing', 'zipkin'], /Allowed choices are mixed, otel, xray, off/],
  [['up', '--sampling', 'some'], /Allowed choices are all, aws/],
  [['up', '--state', ' '], /It is a directory/],
];
for (const [args, message] of wrong) {
  test(`throughline ${args.join(' ')} is told to be wrong, without a stack`, () => {
    const { status, stderr, stdout } = run(...args);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n\s+at /);
    assert.equal(stdout, '');
    assert.equal(status, 2);
  });
}

test('a port in use ends the start with the port, what wanted it, and the remedy', async () => {
  const offset = 21_000;
  const port = services.pricing.port + offset;
  const holder = createServer().listen(port, '127.0.0.1');
  await once(holder, 'listening');
  const state = mkdtempSync(join(tmpdir(), 'throughline-cli-'));
  const { status, stderr } = run('up', '--only', 'pricing', '--port-offset', String(offset), '--state', state);
  holder.close();
  assert.equal(
    stderr,
    `throughline: Port ${port} (TCP), wanted by pricing, is in use.\n` +
      `Stop what holds it, or move the whole fleet to other ports: --port-offset ${offset + 100}.\n`,
  );
  assert.equal(status, 1);
  assert.ok(!readdirSync(state).includes('fleet.lock'));
  rmSync(state, { recursive: true });
});
