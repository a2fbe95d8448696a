import type { DatabaseSync } from 'node:sqlite';
import { traceIdsIn } from '../logs/trace-ids.ts';

const DAY_MS = 86_400_000;

interface Row {
  id: number;
  group_id: number;
  message: string;
}

/**
 * Deletes some events that nobody can read any more: of deleted streams, and those older than their group's retention. Returns
 * how many; call it again, in a transaction of its own, until it is none.
 */
export function logSweep(db: DatabaseSync): (now_ms: number, limit: number) => number {
  const sql = {
    deletedStream: db.prepare('SELECT id FROM deleted_log_streams LIMIT 1'),
    streamEvents: db.prepare('SELECT id, group_id, message FROM log_events WHERE stream_id = ? LIMIT ?'),
    forgetStream: db.prepare('DELETE FROM deleted_log_streams WHERE id = ?'),
    ageing: db.prepare('SELECT id, retention_days FROM log_groups WHERE retention_days IS NOT NULL'),
    oldEvents: db.prepare(
      'SELECT id, group_id, message FROM log_events WHERE group_id = ? AND timestamp_ms < ? ORDER BY timestamp_ms LIMIT ?',
    ),
    deleteEvent: db.prepare('DELETE FROM log_events WHERE id = ?'),
    deleteEventTrace: db.prepare('DELETE FROM log_event_traces WHERE trace_id = ? AND event_id = ?'),
    shrinkGroup: db.prepare('UPDATE log_groups SET stored_bytes = max(0, stored_bytes - ?) WHERE id = ?'),
  };
  const remove = (rows: readonly Row[]): number => {
    for (const { id, group_id, message } of rows) {
      sql.deleteEvent.run(id);
      for (const trace_id of traceIdsIn(message)) sql.deleteEventTrace.run(trace_id, id);
      sql.shrinkGroup.run(Buffer.byteLength(message), group_id);
    }
    return rows.length;
  };
  return (now_ms, limit) => {
    let removed = 0;
    for (let row = sql.deletedStream.get(); row && removed < limit; row = sql.deletedStream.get()) {
      const id = Number(row['id']);
      const rows = sql.streamEvents.all(id, limit - removed) as unknown as Row[];
      removed += remove(rows);
      if (removed < limit) sql.forgetStream.run(id);
    }
    for (const { id, retention_days } of sql.ageing.all()) {
      const before = now_ms - Number(retention_days) * DAY_MS;
      removed += remove(sql.oldEvents.all(Number(id), before, Math.max(0, limit - removed)) as unknown as Row[]);
    }
    return removed;
  };
}
