import type { DatabaseSync } from 'node:sqlite';

const COLUMNS = 'SELECT e.id, s.name AS stream, e.timestamp_ms, e.ingested_ms, e.message';
const EVENT = `${COLUMNS} FROM log_events e JOIN log_streams s ON s.id = e.stream_id`;
const BETWEEN = '(e.timestamp_ms, e.id) > (?, ?) AND (e.timestamp_ms, e.id) < (?, ?)';
const FORWARD = 'ORDER BY e.timestamp_ms, e.id';
const BACKWARD = 'ORDER BY e.timestamp_ms DESC, e.id DESC';

/** The SQL of the log store. */
export function logStatements(db: DatabaseSync) {
  const both = (select: string) => ({
    forward: db.prepare(`${select} AND ${BETWEEN} ${FORWARD}`),
    backward: db.prepare(`${select} AND ${BETWEEN} ${BACKWARD}`),
  });
  return {
    createGroup: db.prepare(
      'INSERT INTO log_groups (name, created_ms, class, tags) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    createStream: db.prepare(`
      INSERT INTO log_streams (group_id, name, created_ms) SELECT id, ?, ? FROM log_groups WHERE id = ?
      ON CONFLICT DO NOTHING`),
    ensureGroup: db.prepare(`
      INSERT INTO log_groups (name, created_ms) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING *`),
    ensureStream: db.prepare(`
      INSERT INTO log_streams (group_id, name, created_ms) VALUES (?, ?, ?)
      ON CONFLICT (group_id, name) DO UPDATE SET name = name RETURNING *`),
    deleteGroup: db.prepare('DELETE FROM log_groups WHERE id = ?'),
    deleteStream: db.prepare('DELETE FROM log_streams WHERE id = ?'),
    deleteStreams: db.prepare('DELETE FROM log_streams WHERE group_id = ?'),
    markStream: db.prepare('INSERT INTO deleted_log_streams (id) VALUES (?) ON CONFLICT DO NOTHING'),
    markStreams: db.prepare('INSERT INTO deleted_log_streams (id) SELECT id FROM log_streams WHERE group_id = ?'),
    setRetention: db.prepare('UPDATE log_groups SET retention_days = ? WHERE id = ?'),
    setTags: db.prepare('UPDATE log_groups SET tags = ? WHERE id = ?'),
    tags: db.prepare('SELECT tags FROM log_groups WHERE id = ?'),
    putEvent: db.prepare(
      'INSERT INTO log_events (group_id, stream_id, timestamp_ms, ingested_ms, message) VALUES (?, ?, ?, ?, ?)',
    ),
    putEventTrace: db.prepare('INSERT INTO log_event_traces (trace_id, event_id) VALUES (?, ?)'),
    touchStream: db.prepare(`
      UPDATE log_streams SET first_ms = min(coalesce(first_ms, ?1), ?1), last_ms = max(coalesce(last_ms, ?2), ?2), ingested_ms = ?3
      WHERE id = ?4`),
    touchGroup: db.prepare('UPDATE log_groups SET stored_bytes = stored_bytes + ? WHERE id = ?'),
    group: db.prepare('SELECT * FROM log_groups WHERE name = ?'),
    stream: db.prepare('SELECT * FROM log_streams WHERE group_id = ? AND name = ?'),
    groups: db.prepare('SELECT * FROM log_groups WHERE name > ? ORDER BY name LIMIT ?'),
    streams: db.prepare('SELECT * FROM log_streams WHERE group_id = ? ORDER BY name'),
    groupEvents: both(`${EVENT} WHERE e.group_id = ?`),
    streamEvents: both(`${EVENT} WHERE e.stream_id = ?`),
    traceEvents: both(`${COLUMNS}
      FROM log_event_traces t CROSS JOIN log_events e ON e.id = t.event_id JOIN log_streams s ON s.id = e.stream_id
      WHERE e.group_id = ? AND t.trace_id = ?`),
  };
}
