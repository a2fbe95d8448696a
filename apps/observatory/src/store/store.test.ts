import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryDirectory } from '../testing/observe.ts';
import { openStore } from './store.ts';
import { Writer } from './writer.ts';

test('a job that throws is undone alone; the others of its transaction stay', async () => {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (n INTEGER)');
  const writer = new Writer(db);
  const insert = (n: number) => db.prepare('INSERT INTO t VALUES (?)').run(n);
  const results = await Promise.allSettled([
    writer.write(() => insert(1)),
    writer.write(() => {
      insert(2);
      throw new Error('no');
    }),
    writer.write(() => insert(3)),
  ]);
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(
    db
      .prepare('SELECT n FROM t')
      .all()
      .map((row) => row['n']),
    [1, 3],
  );
});

test('a file that a newer program wrote is refused with the remedy', (t) => {
  const directory = temporaryDirectory(t);
  openStore(directory).close();
  const db = new DatabaseSync(join(directory, 'observatory.sqlite'));
  db.exec('UPDATE schema_version SET version = 99');
  db.close();
  assert.throws(() => openStore(directory), /schema version 99.*STATE_DIR/);
});

test('what is polled is read by index, never by a scan', (t) => {
  const directory = temporaryDirectory(t);
  const store = openStore(directory);
  store.close();
  const db = new DatabaseSync(join(directory, 'observatory.sqlite'));
  const queries = [
    'SELECT document FROM documents WHERE trace_id = ? ORDER BY seq',
    'SELECT * FROM traces WHERE start_us >= ? AND start_us <= ? AND (start_us, trace_id) < (?, ?) ORDER BY start_us DESC, trace_id DESC LIMIT 9',
    'SELECT * FROM log_events WHERE group_id = ? AND (timestamp_ms, id) > (?, ?) AND timestamp_ms <= ? ORDER BY timestamp_ms, id LIMIT 9',
    'SELECT e.id FROM log_event_traces t CROSS JOIN log_events e ON e.id = t.event_id WHERE t.trace_id = ?',
    'SELECT * FROM log_events e WHERE stream_id = ? AND (timestamp_ms, id) > (?, ?) AND (timestamp_ms, id) < (?, ?) ORDER BY timestamp_ms DESC, id DESC',
    'SELECT * FROM metric_data WHERE metric_id = ? AND start_s >= ? AND start_s < ? ORDER BY start_s',
    'SELECT id FROM metrics WHERE namespace = ? AND name = ? AND dimensions = ?',
    'SELECT * FROM metric_data WHERE resolution_s = ? AND start_s < ? ORDER BY start_s LIMIT 9',
  ];
  for (const query of queries) {
    const plan = db
      .prepare(`EXPLAIN QUERY PLAN ${query}`)
      .all()
      .map((row) => String(row['detail']));
    assert.ok(
      plan.some((step) => step.startsWith('SEARCH')),
      query,
    );
    assert.ok(!plan.some((step) => step.startsWith('SCAN')), `${query}: ${plan.join(', ')}`);
  }
  db.close();
});
