declare module 'dynalite' {
  interface Options {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }
  export default function dynalite(options: Options): import('node:http').Server;
}

declare module 'dynalite/db/index.js' {
  export interface Table {
    readonly GlobalSecondaryIndexes?: readonly object[];
  }
  export interface Write {
    readonly type: 'put' | 'del';
    readonly key: string;
    readonly value?: unknown;
  }
  export interface Store {
    /** The one Level database behind all tables; a table's and an index's entries have a prefix of their own. */
    readonly db: {
      open(): Promise<void>;
      keys(range: { gte: string; lt: string }): { all(): Promise<string[]> };
      values(range: { gte: string; lt: string }): { all(): Promise<unknown[]> };
      /** All of it or nothing. */
      batch(writes: readonly Write[]): Promise<void>;
      close(): Promise<void>;
    };
    getTable(name: string, done: (error: Error | null, table?: Table) => void): void;
  }
  interface Db {
    create(options: { readonly path: string }): Store;
    getIndexActions(
      indexes: readonly object[],
      existing: unknown,
      item: unknown,
      table: Table,
    ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: unknown }[] };
  }
  const db: Db;
  export default db;
}
