import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { traceIdsIn } from '../logs/trace-ids.ts';
import type { MetricData } from '../metrics/data.ts';
import { readEmf } from '../metrics/emf.ts';
import { logStatements } from './log-statements.ts';
import type { MetricStore } from './metrics.ts';
import type { Writer } from './writer.ts';

export interface LogGroup {
  id: number;
  name: string;
  created_ms: number;
  retention_days: number | null;
  stored_bytes: number;
  class: string;
  /** JSON object of strings. */
  tags: string;
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

/** Events from `from_ms` to `to_ms`, both included, after the position in the direction that is read. */
export interface LogWindow {
  from_ms: number;
  to_ms: number;
  after?: LogPosition | undefined;
  backward?: boolean;
}

/** Log groups, streams and events. Every trace id in a message (either spelling) is indexed, so that a trace's lines are found without a scan. */
export class LogStore {
  readonly #writer: Writer;
  readonly #metrics: MetricStore;
  readonly #sql: ReturnType<typeof logStatements>;

  constructor(db: DatabaseSync, writer: Writer, metrics: MetricStore) {
    this.#writer = writer;
    this.#metrics = metrics;
    this.#sql = logStatements(db);
  }

  /** Resolves to false when the group was there already. */
  createGroup(name: string, now_ms: number, { logClass = 'STANDARD', tags = {} } = {}): Promise<boolean> {
    return this.#writer.write(
      () => this.#sql.createGroup.run(name, now_ms, logClass, JSON.stringify(tags)).changes !== 0,
    );
  }

  /** The group and its streams are gone at once; their events go in the next sweeps. */
  deleteGroup(group: LogGroup): Promise<void> {
    return this.#writer.write(() => {
      this.#sql.markStreams.run(group.id);
      this.#sql.deleteStreams.run(group.id);
      this.#sql.deleteGroup.run(group.id);
    });
  }

  /** The stream is gone at once; its events go in the next sweeps. */
  deleteStream(stream: LogStream): Promise<void> {
    return this.#writer.write(() => {
      this.#sql.markStream.run(stream.id);
      this.#sql.deleteStream.run(stream.id);
    });
  }

  /** Events older than this are not read any more and go in the next sweeps; null keeps them for ever. */
  setRetention(group: LogGroup, days: number | null): Promise<void> {
    return this.#writer.write(() => void this.#sql.setRetention.run(days, group.id));
  }

  /** Changes the tags as they are when it is this job's turn. */
  changeTags(group: LogGroup, change: (tags: Record<string, string>) => Record<string, string>): Promise<void> {
    return this.#writer.write(() => {
      const row = this.#sql.tags.get(group.id);
      const tags = JSON.parse(String(row?.['tags'] ?? '{}')) as Record<string, string>;
      this.#sql.setTags.run(JSON.stringify(change(tags)), group.id);
    });
  }

  /** Resolves to false when the stream was there already. */
  createStream(group: LogGroup, name: string, now_ms: number): Promise<boolean> {
    return this.#writer.write(() => this.#sql.createStream.run(name, now_ms, group.id).changes !== 0);
  }

  /** The stream and its group, made where missing. */
  ensureStream(group: string, stream: string, now_ms: number): Promise<{ group: LogGroup; stream: LogStream }> {
    return this.#writer.write(() => {
      const groupRow = this.#sql.ensureGroup.get(group, now_ms) as unknown as LogGroup;
      const streamRow = this.#sql.ensureStream.get(groupRow.id, stream, now_ms) as unknown as LogStream;
      return { group: groupRow, stream: streamRow };
    });
  }

  /** Resolves to false, and keeps nothing, when the stream was deleted meanwhile. EMF events become metrics with it. */
  put(group: LogGroup, stream: LogStream, events: readonly NewLogEvent[], now_ms: number): Promise<boolean> {
    return this.#writer.write(() => {
      const times = events.map((event) => event.timestamp_ms);
      const first = times.reduce((a, b) => Math.min(a, b), Infinity);
      const last = times.reduce((a, b) => Math.max(a, b), 0);
      if (events.length === 0) return true;
      if (this.#sql.touchStream.run(first, last, now_ms, stream.id).changes === 0) return false;
      let bytes = 0;
      const metrics: MetricData[] = [];
      for (const { timestamp_ms, message } of events) {
        const { lastInsertRowid } = this.#sql.putEvent.run(group.id, stream.id, timestamp_ms, now_ms, message);
        for (const trace_id of traceIdsIn(message)) this.#sql.putEventTrace.run(trace_id, lastInsertRowid);
        bytes += Buffer.byteLength(message);
        metrics.push(...readEmf(message, timestamp_ms, now_ms));
      }
      this.#sql.touchGroup.run(bytes, group.id);
      this.#metrics.record(metrics);
      return true;
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

  /** A group's events in the order of time; with a trace id those whose message holds it. */
  groupEvents(group: LogGroup, window: LogWindow, trace_id?: string): Iterable<LogEvent> {
    return trace_id
      ? read(this.#sql.traceEvents, window, group.id, trace_id)
      : read(this.#sql.groupEvents, window, group.id);
  }

  /** A stream's events in the order of time. */
  streamEvents(stream: LogStream, window: LogWindow): Iterable<LogEvent> {
    return read(this.#sql.streamEvents, window, stream.id);
  }
}

type Both = Readonly<Record<'forward' | 'backward', StatementSync>>;

function read(statements: Both, { from_ms, to_ms, after, backward }: LogWindow, ...of: (number | string)[]) {
  const first = { timestamp_ms: from_ms, id: 0 };
  const end = { timestamp_ms: to_ms + 1, id: 0 };
  const low = !backward && after && isBefore(first, after) ? after : first;
  const high = backward && after && isBefore(after, end) ? after : end;
  const statement = backward ? statements.backward : statements.forward;
  const rows = statement.iterate(...of, low.timestamp_ms, low.id, high.timestamp_ms, high.id);
  return rows as unknown as Iterable<LogEvent>;
}

const isBefore = (a: LogPosition, b: LogPosition) =>
  a.timestamp_ms < b.timestamp_ms || (a.timestamp_ms === b.timestamp_ms && a.id < b.id);
