import { ConfigurationStore } from './configuration.ts';
import { openDatabase } from './database.ts';
import { LogStore } from './logs.ts';
import { TraceStore } from './traces.ts';
import { Writer } from './writer.ts';

export interface Store {
  traces: TraceStore;
  logs: LogStore;
  configuration: ConfigurationStore;
  close(): void;
}

/** Opens the store in `directory`; undefined keeps it in memory. */
export function openStore(directory: string | undefined): Store {
  const db = openDatabase(directory);
  const writer = new Writer(db);
  return {
    traces: new TraceStore(db, writer),
    logs: new LogStore(db, writer),
    configuration: new ConfigurationStore(db, writer),
    close() {
      writer.flush();
      db.close();
    },
  };
}
