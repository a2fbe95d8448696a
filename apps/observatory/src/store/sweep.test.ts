import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fromValues } from '../metrics/distribution.ts';
import { temporaryDirectory } from '../testing/observe.ts';
import { openStore, type Store } from './store.ts';

const DAY_MS = 86_400_000;
const NOW = 1_790_000_000_000;
const TRACE = '4efaaf4d1e8720b39541901950019ee5';

function stored(t: TestContext): { store: Store; count: (table: string) => number } {
  const directory = temporaryDirectory(t);
  const store = openStore(directory);
  const db = new DatabaseSync(join(directory, 'observatory.sqlite'), { readOnly: true });
  t.after(() => {
    db.close();
    store.close();
  });
  return { store, count: (table) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']) };
}

async function putLines(store: Store, name: string, times: number[]): Promise<void> {
  const { group, stream } = await store.logs.ensureStream(name, 's', NOW);
  await store.logs.put(
    group,
    stream,
    times.map((timestamp_ms) => ({ timestamp_ms, message: TRACE })),
    NOW,
  );
}

async function sweepAll(store: Store, now = NOW): Promise<number> {
  let steps = 1;
  while (await store.sweep(now)) steps += 1;
  return steps;
}

test('what a deleted group held is swept in steps, with its index; others stay', async (t) => {
  const { store, count } = stored(t);
  await putLines(
    store,
    'gone',
    Array.from({ length: 2500 }, () => NOW),
  );
  await putLines(store, 'kept', [NOW]);
  const group = store.logs.group('gone');
  assert.ok(group);
  await store.logs.deleteGroup(group);
  assert.equal(count('log_events'), 2501);
  assert.equal(await sweepAll(store), 3);
  assert.deepEqual(['log_events', 'log_event_traces', 'deleted_log_streams'].map(count), [1, 1, 0]);
});

test("events beyond their group's retention are swept, and their bytes are taken from the group", async (t) => {
  const { store, count } = stored(t);
  await putLines(store, 'ageing', [NOW - 4 * DAY_MS, NOW - 2 * DAY_MS]);
  await putLines(store, 'for ever', [NOW - 400 * DAY_MS]);
  const group = store.logs.group('ageing');
  assert.ok(group);
  await store.logs.setRetention(group, 3);
  await sweepAll(store);
  assert.equal(count('log_events'), 2);
  assert.equal(store.logs.group('ageing')?.stored_bytes, TRACE.length);
});

test('metrics are joined into longer periods with age, and forgotten after 455 days', async (t) => {
  const { store, count } = stored(t);
  const start = NOW - (NOW % 3_600_000);
  const data = Array.from({ length: 7200 }, (_, index) => ({
    namespace: 'n',
    name: 'm',
    dimensions: [],
    timestamp_ms: start + index * 1000,
    unit: 'None',
    resolution_s: 1 as const,
    samples: fromValues([[index, 1]]),
  }));
  await store.metrics.put(data);
  const metric = store.metrics.find('n', 'm', []);
  assert.ok(metric);
  const rows = async (days: number) => {
    await sweepAll(store, start + days * DAY_MS);
    return [...store.metrics.buckets(metric, 0, 2 * NOW, true)];
  };
  assert.equal((await rows(0)).length, 7200);
  assert.equal((await rows(1)).length, 120);
  assert.equal((await rows(16)).length, 24);
  const hours = await rows(64);
  assert.deepEqual(
    hours.map(({ count, sum, min, max, resolution_s }) => ({ count, sum, min, max, resolution_s })),
    [0, 3600].map((from) => ({
      count: 3600,
      sum: (from + from + 3599) * 1800,
      min: from,
      max: from + 3599,
      resolution_s: 3600,
    })),
  );
  assert.equal((await rows(456)).length, 0);
  assert.equal(count('metrics'), 0);
});
