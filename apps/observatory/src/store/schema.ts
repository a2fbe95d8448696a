import type { DatabaseSync } from 'node:sqlite';
import { xrayConfiguration } from './migrations/xray-configuration.ts';

/** Each entry takes a file from the version before it to its own (its index + 1). Never change one that was released: add the next. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE documents (
    seq INTEGER PRIMARY KEY,
    trace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    complete INTEGER NOT NULL,
    end_us INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (trace_id, id)
  ) STRICT;

  CREATE TABLE traces (
    trace_id TEXT PRIMARY KEY,
    start_us INTEGER NOT NULL,
    end_us INTEGER NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX traces_by_start ON traces (start_us, trace_id, end_us);

  CREATE TABLE log_groups (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    retention_days INTEGER,
    stored_bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE log_streams (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL REFERENCES log_groups (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    first_ms INTEGER,
    last_ms INTEGER,
    ingested_ms INTEGER,
    UNIQUE (group_id, name)
  ) STRICT;

  CREATE TABLE log_events (
    id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL,
    stream_id INTEGER NOT NULL,
    timestamp_ms INTEGER NOT NULL,
    ingested_ms INTEGER NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX log_events_by_group ON log_events (group_id, timestamp_ms, id);
  CREATE INDEX log_events_by_stream ON log_events (stream_id, timestamp_ms, id);

  CREATE TABLE log_event_traces (
    trace_id TEXT NOT NULL,
    event_id INTEGER NOT NULL,
    PRIMARY KEY (trace_id, event_id)
  ) STRICT, WITHOUT ROWID;
  `,
  // Ids of groups and streams are never given twice, so that what a deleted one leaves is not another's; metrics.
  `
  CREATE TABLE log_groups_2 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    retention_days INTEGER,
    stored_bytes INTEGER NOT NULL DEFAULT 0,
    class TEXT NOT NULL DEFAULT 'STANDARD',
    tags TEXT NOT NULL DEFAULT '{}'
  ) STRICT;
  CREATE TABLE log_streams_2 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    first_ms INTEGER,
    last_ms INTEGER,
    ingested_ms INTEGER,
    UNIQUE (group_id, name)
  ) STRICT;
  INSERT INTO log_groups_2 (id, name, created_ms, retention_days, stored_bytes)
    SELECT id, name, created_ms, retention_days, stored_bytes FROM log_groups;
  INSERT INTO log_streams_2 SELECT id, group_id, name, created_ms, first_ms, last_ms, ingested_ms FROM log_streams;
  DROP TABLE log_streams;
  DROP TABLE log_groups;
  ALTER TABLE log_groups_2 RENAME TO log_groups;
  ALTER TABLE log_streams_2 RENAME TO log_streams;
  CREATE TABLE deleted_log_streams (id INTEGER PRIMARY KEY) STRICT;

  CREATE TABLE metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    dimensions TEXT NOT NULL,
    last_s INTEGER NOT NULL,
    UNIQUE (namespace, name, dimensions)
  ) STRICT;
  CREATE TABLE metric_data (
    metric_id INTEGER NOT NULL,
    start_s INTEGER NOT NULL,
    resolution_s INTEGER NOT NULL,
    unit TEXT NOT NULL,
    count REAL NOT NULL,
    sum REAL NOT NULL,
    min REAL NOT NULL,
    max REAL NOT NULL,
    histogram TEXT NOT NULL,
    PRIMARY KEY (metric_id, start_s, resolution_s, unit)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX metric_data_by_age ON metric_data (resolution_s, start_s);
  `,
  xrayConfiguration,
];

/** Brings a file to the newest version, or to an older one than that. A file that a newer observatory wrote is refused. */
export function migrate(db: DatabaseSync, target = MIGRATIONS.length): void {
  db.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT');
  const row = db.prepare('SELECT version FROM schema_version').get();
  const version = Number(row?.['version'] ?? 0);
  if (version > MIGRATIONS.length) {
    throw new Error(
      `The observatory's file has schema version ${version}, this program knows ${MIGRATIONS.length}: use a newer program, or another STATE_DIR.`,
    );
  }
  if (version >= target) return;
  db.exec('BEGIN IMMEDIATE');
  for (const step of MIGRATIONS.slice(version, target)) db.exec(step);
  db.exec('DELETE FROM schema_version');
  db.prepare('INSERT INTO schema_version (version) VALUES (?)').run(target);
  db.exec('COMMIT');
}
