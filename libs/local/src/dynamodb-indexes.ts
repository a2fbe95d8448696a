import { existsSync } from 'node:fs';
import { type TableDefinition, tables } from '@throughline/contracts';
import db, { type Store, type Table, type Write } from 'dynalite/db/index.js';

const within = (prefix: string): { gte: string; lt: string } => ({ gte: prefix, lt: `${prefix}\u00ff` });
const indexPrefix = (table: string, index: string): string => `index-global~${table}~${index}~`;

const tableOf = (store: Store, name: string): Promise<Table | undefined> =>
  new Promise((resolve, reject) => {
    store.getTable(name, (error, table) => {
      if (error && error.name !== 'NotFoundError') reject(error);
      else resolve(table);
    });
  });

/**
 * Makes every index of the tables at `path` anew from their items. dynalite writes an index entry and its item one after the
 * other: killed in between, it would never find that item by the index again.
 */
export async function rebuildIndexes(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const store = db.create({ path });
  try {
    await store.db.open();
    for (const [name, { index }] of Object.entries<TableDefinition>(tables)) {
      const table = index && (await tableOf(store, name));
      if (!table) continue;
      const prefix = indexPrefix(name, index.name);
      const stale = await store.db.keys(within(prefix)).all();
      const items = await store.db.values(within(`item-${name}~`)).all();
      const entries = items.flatMap(
        (item) => db.getIndexActions(table.GlobalSecondaryIndexes ?? [], undefined, item, table).puts,
      );
      await store.db.batch([
        ...stale.map((key): Write => ({ type: 'del', key })),
        ...entries.map(({ key, item }): Write => ({ type: 'put', key: prefix + key, value: item })),
      ]);
    }
  } finally {
    await store.db.close();
  }
}
