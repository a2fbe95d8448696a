import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { poll } from './processes.ts';
import { libsOf, watchSources } from './watch.ts';

let root: string;
let seen: string[];
let end: AbortController;

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const dependingOn = (...names: string[]): string =>
  JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '0.1.0'])) });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'throughline-watch-'));
  write('apps/seats/package.json', dependingOn('@throughline/service', 'express'));
  write('apps/bank/package.json', dependingOn());
  write('libs/service/package.json', dependingOn('@throughline/contracts'));
  for (const path of ['apps/seats', 'apps/bank', 'libs/service', 'libs/contracts']) write(`${path}/src/one.ts`, '');
  seen = [];
  end = new AbortController();
  watchSources(['seats', 'bank'], (app, file) => void seen.push(`${app} ${file}`), end.signal, root);
});
afterEach(() => {
  end.abort();
  rmSync(root, { recursive: true });
});

test("an app's libs are those of its manifest, theirs, and telemetry", () => {
  assert.deepEqual([...libsOf('seats', root)].toSorted(), ['contracts', 'service', 'telemetry']);
});

test('a changed file is told once to each app that it is part of', async () => {
  write('libs/contracts/src/one.ts', 'changed');
  write('libs/contracts/src/one.ts', 'changed twice');
  assert.ok(await poll(() => seen.length > 0, 3000));
  write('apps/bank/src/one.ts', 'changed');
  assert.ok(await poll(() => seen.length > 1, 3000));
  assert.deepEqual(seen, ['seats libs/contracts/src/one.ts', 'bank apps/bank/src/one.ts']);
});

test('a changed test restarts nothing', async () => {
  write('apps/seats/src/one.test.ts', 'changed');
  write('apps/bank/src/one.ts', 'changed');
  assert.ok(await poll(() => seen.length > 0, 3000));
  assert.deepEqual(seen, ['bank apps/bank/src/one.ts']);
});
