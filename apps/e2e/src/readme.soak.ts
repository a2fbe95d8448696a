import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { repositoryRoot } from '@throughline/local';
import { startTestFleet, type TestFleet } from './harness/fleet.ts';

/** The README's own block of commands, asked of a fleet on other ports. */
function commands(gateway: string, observatory: string): string {
  const readme = readFileSync(join(repositoryRoot, 'README.md'), 'utf8');
  const block = /```\n(base=http:\/\/localhost:8080\n[^`]+)```/.exec(readme)?.[1];
  assert.ok(block, 'README.md has its block of curl commands');
  return block
    .replace('http://localhost:8080', gateway)
    .replace('follow --latest', `follow --latest --observatory ${observatory}`);
}

describe('the curl commands of the README', () => {
  let running: TestFleet;
  before(async () => {
    running = await startTestFleet();
  });
  after(() => running.stop());

  test('buy two tickets and show the trace', async () => {
    const { gateway = '', observatory = '' } = running.fleet.urls;
    const script = `set -euo pipefail\n${commands(gateway, observatory)}`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: repositoryRoot });
    assert.match(stdout, /"seat_id":"A-1-1"/);
    assert.match(stdout, /"order_id":"[0-9a-f-]{36}"/);
    assert.match(stdout, /gateway POST \/checkout\s+201/);
  });
});
