import type { DatabaseSync } from 'node:sqlite';
import { decodeValues, encodeValues, merge } from '../metrics/distribution.ts';

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/**
 * How long data of each resolution is kept, and what becomes of it then.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
 */
const AGES = [
  { resolution_s: 1, kept_s: 3 * HOUR_S, becomes_s: 60 },
  { resolution_s: 60, kept_s: 15 * DAY_S, becomes_s: 300 },
  { resolution_s: 300, kept_s: 63 * DAY_S, becomes_s: HOUR_S },
  { resolution_s: HOUR_S, kept_s: 455 * DAY_S, becomes_s: undefined },
];

/**
 * Joins some data of the past into longer periods, and deletes the oldest. Returns how many rows it took; call it again, in a
 * transaction of its own, until it is none.
 */
export function metricSweep(db: DatabaseSync): (now_ms: number, limit: number) => number {
  const sql = {
    old: db.prepare('SELECT * FROM metric_data WHERE resolution_s = ? AND start_s < ? ORDER BY start_s LIMIT ?'),
    one: db.prepare('SELECT * FROM metric_data WHERE metric_id = ? AND start_s = ? AND resolution_s = ? AND unit = ?'),
    put: db.prepare(`
      INSERT OR REPLACE INTO metric_data (metric_id, start_s, resolution_s, unit, count, sum, min, max, histogram)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    remove: db.prepare('DELETE FROM metric_data WHERE metric_id = ? AND start_s = ? AND resolution_s = ? AND unit = ?'),
    forget: db.prepare(`
      DELETE FROM metrics WHERE last_s < ? AND NOT EXISTS (SELECT 1 FROM metric_data WHERE metric_id = metrics.id)`),
  };
  return (now_ms, limit) => {
    let taken = 0;
    for (const { resolution_s, kept_s, becomes_s } of AGES) {
      const before = Math.floor(now_ms / 1000) - kept_s;
      for (const row of sql.old.all(resolution_s, before, Math.max(0, limit - taken)) as unknown as Row[]) {
        const { metric_id, start_s, unit } = row;
        if (becomes_s !== undefined) join(row, start_s - (start_s % becomes_s), becomes_s);
        sql.remove.run(metric_id, start_s, resolution_s, unit);
        taken += 1;
      }
      if (becomes_s === undefined && taken > 0) sql.forget.run(before);
    }
    return taken;
  };

  function join(row: Row, start_s: number, resolution_s: number): void {
    const known = sql.one.get(row.metric_id, start_s, resolution_s, row.unit) as unknown as Row | undefined;
    const { count, sum, min, max, values } = known ? merge(toSamples(known), toSamples(row)) : toSamples(row);
    sql.put.run(row.metric_id, start_s, resolution_s, row.unit, count, sum, min, max, encodeValues(values));
  }
}

interface Row {
  metric_id: number;
  start_s: number;
  unit: string;
  count: number;
  sum: number;
  min: number;
  max: number;
  histogram: string;
}

const toSamples = ({ count, sum, min, max, histogram }: Row) => ({
  count,
  sum,
  min,
  max,
  values: decodeValues(histogram),
});
