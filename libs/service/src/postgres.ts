import { readdir, readFile } from 'node:fs/promises';
import { databaseNode } from '@throughline/contracts';
import { tracing, type Logger } from '@throughline/telemetry';
import pg from 'pg';
import { retry } from './retry.ts';

export type Row = Record<string, unknown>;
export type Query = <R = Row>(text: string, values?: readonly unknown[]) => Promise<R[]>;

export interface Database {
  query: Query;
  /** All statements on one connection, committed together; an error rolls them back. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** The same for work in the background that belongs to no request: it is not traced. */
  untraced<T>(work: (query: Query) => Promise<T>): Promise<T>;
  readonly close: () => Promise<void>;
}

interface DatabaseOptions {
  readonly url: string;
  readonly log: Logger;
  /** Folder of plain SQL files, applied once each in the order of their names. */
  readonly migrations: URL;
  /** Connections at most. */
  readonly poolSize?: number;
  /** How long to wait for the server at the start, in ms. */
  readonly waitMs?: number;
  /** How long a statement may wait for a connection, in ms. */
  readonly acquireMs?: number;
}

/** Numbers and timestamps as JavaScript has them: int8 (counts) as number, timestamptz as ISO text. */
const types = new pg.TypeOverrides();
types.setTypeParser(20, Number);
types.setTypeParser(1184, (text) => new Date(text).toISOString());

/** Opens a service's own database, waits for it, and brings its schema up to date. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, log, migrations, poolSize = 5, waitMs = 30_000, acquireMs = 10_000 } = options;
  const user = new URL(url).username;
  const node = databaseNode(new URL(url).pathname.slice(1));
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: acquireMs,
    types,
  });
  const lost = (error: Error): void =>
    log.warn(
      { event: 'database_connection_lost', err: error },
      `a connection to the database was lost: ${error.message}`,
    );
  pool.on('error', lost);

  /** A wait for a connection is a span of its own, where no idle one is at hand. */
  const acquire = (): Promise<pg.PoolClient> =>
    pool.idleCount > pool.waitingCount
      ? pool.connect()
      : tracing.span('pool.acquire', { 'db.client.connection.pool.name': node }, () => pool.connect());

  const withClient = async <T>(work: (query: Query, client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await acquire();
    let broken: Error | undefined;
    // A connection that is lost between two statements says so by an event, which would end the process.
    const onError = (error: Error): void => {
      broken = error;
      lost(error);
    };
    client.on('error', onError);
    const query: Query = async <R>(text: string, values: readonly unknown[] = []) => {
      // Without values the simple protocol is used, which takes a whole migration file at once.
      const send = (): Promise<pg.QueryResult> =>
        values.length > 0 ? client.query(text, [...values]) : client.query(text);
      try {
        return (await tracing.statement({ node, text, user }, send)).rows as R[];
      } catch (error) {
        if (!(error instanceof pg.DatabaseError) || error.severity === 'FATAL') {
          broken = error instanceof Error ? error : new Error(String(error));
        }
        throw error;
      }
    };
    try {
      return await work(query, client);
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  };

  const transaction = <T>(work: (query: Query) => Promise<T>): Promise<T> =>
    withClient(async (query) => {
      await query('BEGIN');
      try {
        const result = await work(query);
        await query('COMMIT');
        return result;
      } catch (error) {
        await query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });

  const database: Database = {
    query: (text, values) => withClient((query) => query(text, values)),
    transaction,
    untraced: (work) => tracing.untraced(() => transaction(work)),
    close: () => pool.end(),
  };
  try {
    await tracing.untraced(async () => {
      await retry(() => database.query('SELECT 1'), { forMs: waitMs }).catch((error: unknown) => {
        const { host, pathname } = new URL(url);
        const remedy = 'is it running, and is DATABASE_URL right?';
        const message = `PostgreSQL at ${host}${pathname} could not be used within ${waitMs} ms; ${remedy}`;
        throw new Error(message, { cause: error });
      });
      await migrate(database, migrations);
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return database;
}

/** One service may start twice at the same time: the second waits for the first one's migrations. */
const MIGRATION_LOCK = 7_461_083;

async function migrate(database: Database, folder: URL): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  await database.transaction(async (query) => {
    await query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await query(
      'CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())',
    );
    const applied = new Set(
      (await query<{ name: string }>('SELECT name FROM schema_migrations')).map(({ name }) => name),
    );
    for (const name of files.filter((file) => !applied.has(file))) {
      await query(await readFile(new URL(name, folder), 'utf8')).catch((error: unknown) => {
        throw new Error(`migration ${name} failed, and nothing was changed`, { cause: error });
      });
      await query('INSERT INTO schema_migrations (name) VALUES ($1)', [name]);
    }
  });
}
