import { ConfigurationStore } from './configuration.ts';
import { openDatabase } from './database.ts';
import { logSweep } from './log-sweep.ts';
import { LogStore } from './logs.ts';
import { metricSweep } from './metric-sweep.ts';
import { MetricStore } from './metrics.ts';
import { TraceStore } from './traces.ts';
import { Writer } from './writer.ts';

export interface Store {
  traces: TraceStore;
  logs: LogStore;
  metrics: MetricStore;
  configuration: ConfigurationStore;
  /** Takes out some of what is deleted or too old, in one transaction; resolves to whether there may be more. */
  sweep(now_ms: number): Promise<boolean>;
  close(): void;
}

/** Rows; few enough that nobody who writes meanwhile waits for long. */
const SWEPT_AT_ONCE = 1000;

/** Opens the store in `directory`; undefined keeps it in memory. */
export function openStore(directory: string | undefined): Store {
  const db = openDatabase(directory);
  const writer = new Writer(db);
  const metrics = new MetricStore(db, writer);
  const sweeps = [logSweep(db), metricSweep(db)];
  return {
    traces: new TraceStore(db, writer),
    logs: new LogStore(db, writer, metrics),
    metrics,
    configuration: new ConfigurationStore(db, writer),
    sweep: (now_ms) => writer.write(() => sweeps.some((sweep) => sweep(now_ms, SWEPT_AT_ONCE) === SWEPT_AT_ONCE)),
    close() {
      writer.flush();
      db.close();
    },
  };
}
