import type { DatabaseSync } from 'node:sqlite';
import type { Dimensions, MetricData } from '../metrics/data.ts';
import { decodeValues, encodeValues, merge, type Distribution } from '../metrics/distribution.ts';
import type { Writer } from './writer.ts';

export interface Metric {
  id: number;
  namespace: string;
  name: string;
  dimensions: Dimensions;
}

/** What is known of a metric in one second or minute (or more, where age has joined them). */
export interface MetricBucket extends Distribution {
  start_s: number;
  resolution_s: number;
  unit: string;
}

export interface MetricFilter {
  namespace?: string | undefined;
  name?: string | undefined;
  /** Metrics with data at this time or later, epoch seconds. */
  since_s: number;
}

interface BucketRow {
  start_s: number;
  resolution_s: number;
  unit: string;
  count: number;
  sum: number;
  min: number;
  max: number;
  histogram: string;
}

/** Metrics, and for each second or minute of each what its samples were: rows grow with time, not with samples. */
export class MetricStore {
  readonly #writer: Writer;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: DatabaseSync, writer: Writer) {
    this.#writer = writer;
    this.#sql = statements(db);
  }

  put(data: readonly MetricData[]): Promise<void> {
    return this.#writer.write(() => this.record(data));
  }

  /** As `put`, as part of a job of the writer. Samples that fall together are joined before the file is asked. */
  record(data: readonly MetricData[]): void {
    const joined = new Map<string, MetricData>();
    for (const item of data) {
      const start_s = startOf(item);
      const { namespace, name, dimensions, resolution_s, unit } = item;
      const key = JSON.stringify([namespace, name, dimensions, start_s, resolution_s, unit]);
      const known = joined.get(key);
      joined.set(key, known ? { ...item, samples: merge(known.samples, item.samples) } : item);
    }
    for (const item of joined.values()) this.#putOne(item);
  }

  #putOne(item: MetricData): void {
    const { namespace, name, dimensions, resolution_s, unit, samples } = item;
    const start_s = startOf(item);
    const id = Number(this.#sql.putMetric.get(namespace, name, JSON.stringify(dimensions), start_s)?.['id']);
    const row = this.#sql.bucket.get(id, start_s, resolution_s, unit) as unknown as BucketRow | undefined;
    const { count, sum, min, max, values } = row ? merge(toBucket(row), samples) : samples;
    this.#sql.putBucket.run(id, start_s, resolution_s, unit, count, sum, min, max, encodeValues(values));
  }

  find(namespace: string, name: string, dimensions: Dimensions): Metric | undefined {
    const row = this.#sql.find.get(namespace, name, JSON.stringify(dimensions));
    return row && { id: Number(row['id']), namespace, name, dimensions };
  }

  /** Metrics in the order of their ids, after the given one. */
  list({ namespace, name, since_s }: MetricFilter, afterId = 0): Iterable<Metric> {
    const rows = this.#sql.list.iterate(afterId, namespace ?? null, name ?? null, since_s);
    return rows.map((row) => ({
      id: Number(row['id']),
      namespace: String(row['namespace']),
      name: String(row['name']),
      dimensions: JSON.parse(String(row['dimensions'])) as Dimensions,
    }));
  }

  /** The metric's buckets that start in the window (its end left out), in the order of time. Values are read on demand only. */
  *buckets({ id }: Metric, from_s: number, to_s: number, withValues: boolean): Iterable<MetricBucket> {
    for (const row of this.#sql.buckets.iterate(id, from_s, to_s)) {
      const bucket = row as unknown as BucketRow;
      yield withValues ? toBucket(bucket) : { ...bucket, values: new Map() };
    }
  }
}

const startOf = ({ timestamp_ms, resolution_s }: MetricData) =>
  Math.floor(timestamp_ms / 1000 / resolution_s) * resolution_s;

function toBucket({ histogram, ...row }: BucketRow): MetricBucket {
  return { ...row, values: decodeValues(histogram) };
}

function statements(db: DatabaseSync) {
  return {
    putMetric: db.prepare(`
      INSERT INTO metrics (namespace, name, dimensions, last_s) VALUES (?, ?, ?, ?)
      ON CONFLICT (namespace, name, dimensions) DO UPDATE SET last_s = max(last_s, excluded.last_s) RETURNING id`),
    find: db.prepare('SELECT id FROM metrics WHERE namespace = ? AND name = ? AND dimensions = ?'),
    list: db.prepare(`
      SELECT id, namespace, name, dimensions FROM metrics
      WHERE id > ?1 AND (?2 IS NULL OR namespace = ?2) AND (?3 IS NULL OR name = ?3) AND last_s >= ?4 ORDER BY id`),
    bucket: db.prepare(
      'SELECT * FROM metric_data WHERE metric_id = ? AND start_s = ? AND resolution_s = ? AND unit = ?',
    ),
    putBucket: db.prepare(`
      INSERT OR REPLACE INTO metric_data (metric_id, start_s, resolution_s, unit, count, sum, min, max, histogram)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    buckets: db.prepare(
      'SELECT * FROM metric_data WHERE metric_id = ? AND start_s >= ? AND start_s < ? ORDER BY start_s',
    ),
  };
}
