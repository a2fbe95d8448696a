import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryDirectory } from '../testing/observe.ts';
import { migrate } from './schema.ts';
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

test('a file of the first version opens with all that is in it', async (t) => {
  const directory = temporaryDirectory(t);
  const db = new DatabaseSync(join(directory, 'observatory.sqlite'));
  migrate(db, 1);
  db.exec(`
    INSERT INTO log_groups (id, name, created_ms, retention_days, stored_bytes) VALUES (7, 'g', 1, 3, 5);
    INSERT INTO log_streams (id, group_id, name, created_ms, first_ms, last_ms, ingested_ms) VALUES (9, 7, 's', 1, 2, 3, 4);
    INSERT INTO log_events (group_id, stream_id, timestamp_ms, ingested_ms, message) VALUES (7, 9, 2, 4, 'hello');
  `);
  db.close();
  const store = openStore(directory);
  t.after(() => store.close());
  const group = store.logs.group('g');
  assert.ok(group);
  const { id, name, created_ms, retention_days, stored_bytes, class: logClass, tags } = group;
  assert.deepEqual(
    [id, name, created_ms, retention_days, stored_bytes, logClass, tags],
    [7, 'g', 1, 3, 5, 'STANDARD', '{}'],
  );
  const [event] = store.logs.groupEvents(group, { from_ms: 0, to_ms: 9 });
  assert.deepEqual([event?.stream, event?.message], ['s', 'hello']);
  await store.logs.deleteGroup(group);
  const next = await store.logs.ensureStream('g', 's', 1);
  assert.ok(next.group.id > 7 && next.stream.id > 9);
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
