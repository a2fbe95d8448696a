import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrate } from './schema.ts';

const FILE = 'observatory.sqlite';

/** Opens (or makes) the one file in `directory`; undefined keeps everything in memory. */
export function openDatabase(directory: string | undefined): DatabaseSync {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const db = new DatabaseSync(directory === undefined ? ':memory:' : join(directory, FILE), { timeout: 5000 });
  try {
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -8000;
      PRAGMA temp_store = MEMORY;
    `);
    migrate(db);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}
