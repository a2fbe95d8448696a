import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const libs = join(root, 'libs');

/** A copy of the workspace without its apps, on the same installed packages. */
async function copyWorkspace(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'throughline-new-service-'));
  const notInstalled = (path: string): boolean => !path.includes('node_modules');
  for (const part of ['libs', 'tools', 'package.json', 'tsconfig.base.json', '.oxfmtrc.json', '.oxlintrc.json']) {
    await cp(join(root, part), join(copy, part), { recursive: true, filter: notInstalled });
  }
  await mkdir(join(copy, 'node_modules/@throughline'), { recursive: true });
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== '@throughline') await symlink(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
  for (const lib of await readdir(libs)) {
    await symlink(join(copy, 'libs', lib), join(copy, 'node_modules/@throughline', lib));
  }
  return copy;
}

describe('new-service', () => {
  let copy = '';
  const run = (program: string, args: string[], cwd = copy): SpawnSyncReturns<string> => {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    };
    delete env['NODE_TEST_CONTEXT'];
    return spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  };
  const make = (...args: string[]): SpawnSyncReturns<string> =>
    run(process.execPath, ['tools/src/new-service.ts', ...args]);

  before(async () => {
    copy = await copyWorkspace();
    assert.equal(make('loyalty-points', '--does', "collects a buyer's points", '--no-install').status, 0);
  });
  after(() => rm(copy, { recursive: true, force: true }));

  for (const sdk of ['otel', 'xray']) {
    it(`makes a service whose tests pass with ${sdk}`, () => {
      const args = ['--import', `@throughline/testing/${sdk}`, '--test', 'src/**/*.test.ts'];
      const { status, stdout } = run(process.execPath, args, join(copy, 'apps/loyalty-points'));
      assert.equal(status, 0, stdout);
    });
  }

  it('keeps the rules of the list of services and of the contracts', () => {
    const { status, stdout } = run(process.execPath, ['--test', 'src/**/*.test.ts'], join(copy, 'libs/contracts'));
    assert.equal(status, 0, stdout);
  });

  it('makes code that the types, the lint and the format accept', () => {
    for (const [program, ...args] of [
      ['tsc', '-p', 'apps/loyalty-points/tsconfig.json'],
      ['oxlint', 'apps/loyalty-points', 'libs/contracts'],
      ['oxfmt', '--check', 'apps/loyalty-points', 'libs/contracts'],
    ] as const) {
      const { status, stdout, stderr } = run(program, args);
      assert.equal(status, 0, stdout + stderr);
    }
  });

  it('makes one entry in services.ts, with a port of its own', async () => {
    const before = await readFile(join(libs, 'contracts/src/services.ts'), 'utf8');
    const now = await readFile(join(copy, 'libs/contracts/src/services.ts'), 'utf8');
    const [entry, ...more] = now.split('\n').filter((line) => !before.includes(line));
    assert.deepEqual(more, []);
    assert.match(
      entry ?? '',
      /^ {2}'loyalty-points': \{ \.\.\.alone, port: \d+, tracing: 'otel', does: 'collects a buyer’s points' \},$/,
    );
    assert.ok(!before.includes(/port: \d+/.exec(entry ?? '')?.[0] ?? ''));
  });

  it('refuses a name that cannot be one, or is taken, and changes nothing', () => {
    for (const name of ['Seats', 'a b', 'seats', 'loyalty-points', '../x']) {
      const { status, stderr } = make(name, '--no-install');
      assert.equal(status, 2);
      assert.match(stderr, /^new-service: .+\n\nUsage: /);
    }
    assert.equal(make().status, 2);
    assert.match(make('--help').stdout, /^Usage: /);
  });
});
