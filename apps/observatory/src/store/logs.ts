import type { DatabaseSync } from 'node:sqlite';
import { traceIdsIn } from '../logs/trace-ids.ts';
import type { Writer } from './writer.ts';

export interface LogGroup {
  id: number;
  name: string;
  created_ms: number;
  retention_days: number | null;
  stored_bytes: number;
}

export interface LogStream {
  id: number;
  name: string;
  created_ms: number;
  first_ms: number | null;
  last_ms: number | null;
  ingested_ms: number | null;
}

export interface NewLogEvent {
  timestamp_ms: number;
  message: string;
}

export interface LogEvent extends NewLogEvent {
  id: number;
  stream: string;
  ingested_ms: number;
}

/** A place between two events: those before it are smaller. */
export interface LogPosition {
  timestamp_ms: number;
  id: number;
}

export interface LogWindow {
  from_ms: number;
  to_ms: number;
  after?: LogPosition;
  limit: number;
}

/** Log groups, streams and events. Every trace id in a message (either spelling) is indexed, so that a trace's lines are found without a scan. */
export class LogStore {
  readonly #writer: Writer;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: DatabaseSync, writer: Writer) {
    this.#writer = writer;
    this.#sql = statements(db);
  }

  /** Resolves to false when the group was there already. */
  createGroup(name: string, now_ms: number): Promise<boolean> {
    return this.#writer.write(() => this.#sql.createGroup.run(name, now_ms).changes !== 0);
  }

  /** Resolves to false when the stream was there already. */
  createStream(group: LogGroup, name: string, now_ms: number): Promise<boolean> {
    return this.#writer.write(() => this.#sql.createStream.run(group.id, name, now_ms).changes !== 0);
  }

  /** The stream and its group, made where missing. */
  ensureStream(group: string, stream: string, now_ms: number): Promise<{ group: LogGroup; stream: LogStream }> {
    return this.#writer.write(() => {
      const groupRow = this.#sql.ensureGroup.get(group, now_ms) as unknown as LogGroup;
      const streamRow = this.#sql.ensureStream.get(groupRow.id, stream, now_ms) as unknown as LogStream;
      return { group: groupRow, stream: streamRow };
    });
  }

  put(group: LogGroup, stream: LogStream, events: readonly NewLogEvent[], now_ms: number): Promise<void> {
    return this.#writer.write(() => {
      let bytes = 0;
      for (const { timestamp_ms, message } of events) {
        const { lastInsertRowid } = this.#sql.putEvent.run(group.id, stream.id, timestamp_ms, now_ms, message);
        for (const trace_id of traceIdsIn(message)) this.#sql.putEventTrace.run(trace_id, lastInsertRowid);
        bytes += Buffer.byteLength(message);
      }
      const times = events.map((event) => event.timestamp_ms);
      const first = times.reduce((a, b) => Math.min(a, b), Infinity);
      const last = times.reduce((a, b) => Math.max(a, b), 0);
      if (events.length === 0) return;
      this.#sql.touchStream.run(first, last, now_ms, stream.id);
      this.#sql.touchGroup.run(bytes, group.id);
    });
  }

  group(name: string): LogGroup | undefined {
    return this.#sql.group.get(name) as unknown as LogGroup | undefined;
  }

  stream(group: LogGroup, name: string): LogStream | undefined {
    return this.#sql.stream.get(group.id, name) as unknown as LogStream | undefined;
  }

  /** Groups by name, after the given one. */
  groups(after = '', limit = -1): LogGroup[] {
    return this.#sql.groups.all(after, limit) as unknown as LogGroup[];
  }

  /** Streams by name. */
  streams(group: LogGroup): LogStream[] {
    return this.#sql.streams.all(group.id) as unknown as LogStream[];
  }

  /** A group's events in the order of time. */
  groupEvents(group: LogGroup, { from_ms, to_ms, after, limit }: LogWindow): LogEvent[] {
    const { timestamp_ms, id } = after ?? { timestamp_ms: from_ms, id: 0 };
    return this.#sql.groupEvents.all(group.id, timestamp_ms, id, to_ms, limit) as unknown as LogEvent[];
  }

  /** A group's events whose message holds a trace id, in the order of time. */
  traceEvents(group: LogGroup, trace_id: string, { from_ms, to_ms, after, limit }: LogWindow): LogEvent[] {
    const { timestamp_ms, id } = after ?? { timestamp_ms: from_ms, id: 0 };
    return this.#sql.traceEvents.all(trace_id, group.id, timestamp_ms, id, to_ms, limit) as unknown as LogEvent[];
  }

  /** A stream's events from the position on, in the order of time. */
  streamForward(stream: LogStream, { from_ms, to_ms, after, limit }: LogWindow): LogEvent[] {
    const { timestamp_ms, id } = after ?? { timestamp_ms: from_ms, id: 0 };
    return this.#sql.streamForward.all(stream.id, from_ms, to_ms, timestamp_ms, id, limit) as unknown as LogEvent[];
  }

  /** A stream's last events before the position, in the order of time. */
  streamBackward(stream: LogStream, { from_ms, to_ms, after, limit }: LogWindow): LogEvent[] {
    const { timestamp_ms, id } = after ?? { timestamp_ms: to_ms, id: Number.MAX_SAFE_INTEGER };
    const rows = this.#sql.streamBackward.all(stream.id, from_ms, to_ms, timestamp_ms, id, limit);
    return (rows as unknown as LogEvent[]).toReversed();
  }
}

const COLUMNS = 'SELECT e.id, s.name AS stream, e.timestamp_ms, e.ingested_ms, e.message';
const EVENT = `${COLUMNS} FROM log_events e JOIN log_streams s ON s.id = e.stream_id`;

function statements(db: DatabaseSync) {
  return {
    createGroup: db.prepare('INSERT INTO log_groups (name, created_ms) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    createStream: db.prepare(
      'INSERT INTO log_streams (group_id, name, created_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    ensureGroup: db.prepare(`
      INSERT INTO log_groups (name, created_ms) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING *`),
    ensureStream: db.prepare(`
      INSERT INTO log_streams (group_id, name, created_ms) VALUES (?, ?, ?)
      ON CONFLICT (group_id, name) DO UPDATE SET name = name RETURNING *`),
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
    groupEvents: db.prepare(`${EVENT}
      WHERE e.group_id = ? AND (e.timestamp_ms, e.id) > (?, ?) AND e.timestamp_ms <= ?
      ORDER BY e.timestamp_ms, e.id LIMIT ?`),
    traceEvents: db.prepare(`${COLUMNS}
      FROM log_event_traces t CROSS JOIN log_events e ON e.id = t.event_id JOIN log_streams s ON s.id = e.stream_id
      WHERE t.trace_id = ? AND e.group_id = ? AND (e.timestamp_ms, e.id) > (?, ?) AND e.timestamp_ms <= ?
      ORDER BY e.timestamp_ms, e.id LIMIT ?`),
    streamForward: db.prepare(`${EVENT}
      WHERE e.stream_id = ? AND e.timestamp_ms >= ? AND e.timestamp_ms <= ? AND (e.timestamp_ms, e.id) > (?, ?)
      ORDER BY e.timestamp_ms, e.id LIMIT ?`),
    streamBackward: db.prepare(`${EVENT}
      WHERE e.stream_id = ? AND e.timestamp_ms >= ? AND e.timestamp_ms <= ? AND (e.timestamp_ms, e.id) < (?, ?)
      ORDER BY e.timestamp_ms DESC, e.id DESC LIMIT ?`),
  };
}
