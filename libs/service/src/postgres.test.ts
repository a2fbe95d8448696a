import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startStores, type Stores } from '@throughline/local';
import { tracing } from '@throughline/telemetry';
import { silentLog, spansIn, until } from '@throughline/testing';
import type { Span } from '@throughline/traces';
import { openDatabase, type Database } from './postgres.ts';

describe('a database', () => {
  let stores: Stores;
  let url: string;
  let folder: string;
  const open: Database[] = [];

  before(async () => {
    stores = await startStores(['seats']);
    url = stores.databaseUrl('seats');
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await writeFile(join(folder, '0001-things.sql'), 'CREATE TABLE things (id int PRIMARY KEY, note text);');
    await writeFile(
      join(folder, '0002-more.sql'),
      "INSERT INTO things VALUES (1, 'one'); INSERT INTO things VALUES (2, 'two');",
    );
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((database) => database.close()));
  });
  after(async () => {
    await stores.stop();
    await rm(folder, { recursive: true });
  });

  const openIt = async (
    options: { poolSize?: number; waitMs?: number; acquireMs?: number } = {},
  ): Promise<Database> => {
    const database = await openDatabase({ url, log: silentLog, migrations: pathToFileURL(`${folder}/`), ...options });
    open.push(database);
    return database;
  };
  const named = (spans: Span[]): string[] => spans.map(({ peer, name }) => peer?.name ?? name).toSorted();

  it('is brought up to date once, in order, also by two that start at the same time', async () => {
    const both = await Promise.all([openIt(), openIt()]);
    await openIt();
    for (const database of both) {
      assert.deepEqual(await database.query('SELECT name FROM schema_migrations ORDER BY applied_at, name'), [
        { name: '0001-things.sql' },
        { name: '0002-more.sql' },
      ]);
      assert.equal((await database.query('SELECT * FROM things')).length, 2);
    }
  });

  it('takes none of the migrations of a start that failed, and the error names the file', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'migrations-'));
    await writeFile(join(broken, '0003-good.sql'), 'CREATE TABLE leftover (id int);');
    await writeFile(join(broken, '0004-bad.sql'), 'CREATE TABLE other (id int); CREATE TABEL;');
    const opening = openDatabase({ url, log: silentLog, migrations: pathToFileURL(`${broken}/`) });
    await assert.rejects(opening, /^Error: migration 0004-bad\.sql failed, and nothing was changed/);
    await rm(broken, { recursive: true });
    const database = await openIt();
    assert.deepEqual(await database.query("SELECT to_regclass('leftover') AS found"), [{ found: null }]);
  });

  it('gives counts as numbers and times as ISO text', async () => {
    const database = await openIt();
    assert.deepEqual(
      await database.query("SELECT count(*) AS n, '2027-05-14 21:30+02'::timestamptz AS at FROM things"),
      [{ n: 2, at: '2027-05-14T19:30:00.000Z' }],
    );
  });

  it('makes a client span of each statement, and pool.acquire where no idle connection was at hand', async () => {
    const database = await openIt({ poolSize: 1 });
    const alone = await spansIn(() => database.query('SELECT note FROM things WHERE id = $1', [1]));
    assert.deepEqual(named(alone), ['seats@postgres']);
    const [statement] = alone;
    assert.deepEqual([statement?.kind, statement?.peer?.kind, statement?.status], ['client', 'sql', 'ok']);
    assert.equal(statement?.sql?.query, 'SELECT note FROM things WHERE id = $1');
    const three = await spansIn(() => Promise.all([1, 2, 3].map((id) => database.query('SELECT $1::int', [id]))));
    assert.deepEqual(named(three), [...Array(2).fill('pool.acquire'), ...Array(3).fill('seats@postgres')]);
    const waits = three.filter(({ name }) => name === 'pool.acquire');
    assert.deepEqual(new Set(waits.map(({ kind }) => kind)), new Set(['internal']));
  });

  it('makes pool.acquire where a connection has to be opened', async () => {
    const database = await openIt({ poolSize: 2 });
    const spans = await spansIn(() =>
      Promise.all([database.query('SELECT pg_sleep(0.05)'), database.query('SELECT pg_sleep(0.05)')]),
    );
    assert.deepEqual(named(spans), ['pool.acquire', 'seats@postgres', 'seats@postgres']);
  });

  it('puts the statements of a transaction side by side below who began it, BEGIN and COMMIT among them', async () => {
    const database = await openIt();
    let parent: string | undefined;
    const spans = await spansIn(() =>
      tracing.span('pool.acquire', {}, () => {
        parent = tracing.ids()?.span_id;
        return database.transaction(async (query) => {
          await query('SELECT 1');
          await query('SELECT 2');
        });
      }),
    );
    const statements = spans.filter(({ sql }) => sql).toSorted((a, b) => a.start_us - b.start_us);
    assert.deepEqual(
      statements.map(({ sql }) => sql?.query),
      ['BEGIN', 'SELECT 1', 'SELECT 2', 'COMMIT'],
    );
    assert.deepEqual(new Set(statements.map(({ parent_id }) => parent_id)), new Set([parent]));
  });

  it('ends the span of a failed statement as failed, and uses its connection again', async () => {
    const database = await openIt({ poolSize: 1 });
    const pid = (): Promise<unknown[]> => database.query('SELECT pg_backend_pid() AS pid');
    const before = await pid();
    const spans = await spansIn(() => assert.rejects(database.query('SELECT * FROM nowhere'), { code: '42P01' }));
    assert.deepEqual(
      spans.map(({ status, exceptions }) => [status, exceptions?.length]),
      [['fault', 1]],
    );
    assert.deepEqual(await pid(), before);
  });

  it('rolls a transaction back when its work fails, and keeps the first error', async () => {
    const database = await openIt();
    const failing = database.transaction(async (query) => {
      await query('INSERT INTO things VALUES (3, $1)', ['three']);
      throw new Error('changed my mind');
    });
    await assert.rejects(failing, /changed my mind/);
    const refused = database.transaction(async (query) => {
      await query('INSERT INTO things VALUES (3, $1)', ['three']);
      await query('INSERT INTO things VALUES (1, $1)', ['again']);
    });
    await assert.rejects(refused, { code: '23505' });
    assert.deepEqual(await database.query('SELECT id FROM things ORDER BY id'), [{ id: 1 }, { id: 2 }]);
  });

  it('never uses a broken connection again, whether it broke in a statement, between two, or idle', async () => {
    const [database, killer] = [await openIt({ poolSize: 1 }), await openIt()];
    const pidOf = async (query: Database['query']): Promise<number> =>
      (await query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]!.pid;
    const kill = async (pid: number): Promise<void> => {
      await killer.query('SELECT pg_terminate_backend($1)', [pid]);
      await until('its end', async () => {
        const left = await killer.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid]);
        return left.length === 0;
      });
    };
    const first = await pidOf(database.query);
    await kill(first);
    const second = await until('a connection', () => pidOf(database.query).catch(() => undefined));
    assert.notEqual(second, first);

    const inStatement = assert.rejects(database.query('SELECT pg_sleep(60)'));
    await until('the statement', async () => {
      const running = await killer.query("SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'active'", [
        second,
      ]);
      return running.length > 0;
    });
    await kill(second);
    await inStatement;
    const third = await pidOf(database.query);
    assert.notEqual(third, second);

    const between = database.transaction(async (query) => {
      await query('INSERT INTO things VALUES (9, $1)', ['nine']);
      await kill(third);
      await query('SELECT 1');
    });
    await assert.rejects(between);
    assert.notEqual(await pidOf(database.query), third);
    assert.deepEqual(await database.query('SELECT 1 FROM things WHERE id = 9'), []);
  });

  it('lets a statement wait for a connection only so long', async () => {
    const database = await openIt({ poolSize: 1, acquireMs: 100 });
    let release: (() => void) | undefined;
    const holding = database.transaction(() => new Promise<void>((resolve) => (release = resolve)));
    await until('the connection is held', () => release);
    await assert.rejects(database.query('SELECT 1'), /timeout exceeded/);
    release?.();
    await holding;
    assert.equal((await database.query('SELECT 1')).length, 1);
  });

  it('makes no span of work that belongs to no request, nor of its own start', async () => {
    const spans = await spansIn(async () => {
      const database = await openIt();
      await database.untraced((query) => query('SELECT 1'));
      await tracing.untraced(() => database.query('SELECT 1'));
    });
    assert.deepEqual(spans, []);
  });

  it('that is not there, or says nothing, is an error that names it and no password', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const port = (silent.address() as AddressInfo).port;
    for (const where of [`127.0.0.1:${port}`, '127.0.0.1:1']) {
      const opening = openDatabase({
        url: `postgresql://seats:s3cret@${where}/seats`,
        log: silentLog,
        migrations: pathToFileURL(`${folder}/`),
        waitMs: 300,
        acquireMs: 200,
      });
      await assert.rejects(opening, (error: Error) => {
        assert.match(
          error.message,
          /^PostgreSQL at 127\.0\.0\.1:\d+\/seats could not be used within 300 ms; .*DATABASE_URL/,
        );
        assert.doesNotMatch(error.message, /s3cret/);
        return error.cause instanceof Error;
      });
    }
    silent.close();
  });
});
