import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { defineApi, urlVariable } from '@throughline/contracts';
import { startStores, type Stores } from '@throughline/local';
import { capturedSpans, silentLog, startApp, until, type RunningApp } from '@throughline/testing';
import { z } from 'zod';
import { createService } from './create-service.ts';
import { httpClient } from './http-client.ts';
import { openDatabase, type Database } from './postgres.ts';

const api = defineApi({
  ask: {
    method: 'POST',
    path: '/numbers/:n',
    summary: 'A number',
    params: z.object({ n: z.string() }),
    body: z.object({}),
    status: 200,
    response: z.object({ n: z.string() }),
  },
});

describe('300 requests at once', () => {
  let stores: Stores;
  let database: Database;
  let folder: string;
  let inner: RunningApp;
  let outer: RunningApp;

  before(async () => {
    stores = await startStores(['seats']);
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    const migrations = pathToFileURL(`${folder}/`);
    database = await openDatabase({ url: stores.databaseUrl('seats'), log: silentLog, migrations });
    const number = async (n: string, add: string): Promise<void> => {
      await database.query(`SELECT $1::text AS "${add}-${n}"`, [n]);
    };
    inner = await startApp(
      createService({
        api,
        log: silentLog,
        handlers: {
          async ask({ params: { n } }) {
            await number(n, 'inner');
            return { n };
          },
        },
      }),
    );
    process.env[urlVariable('seats')] = inner.url;
    const client = httpClient(api, { name: 'seats', baseUrl: inner.url, timeoutMs: 60_000 });
    outer = await startApp(
      createService({
        api,
        log: silentLog,
        handlers: {
          async ask({ params }) {
            await database.transaction(async (query) => {
              await query(`SELECT $1::text AS "first-${params.n}"`, [params.n]);
            });
            const [answer] = await Promise.all([client.ask({ params, body: {} }), number(params.n, 'beside')]);
            await number(params.n, 'last');
            return answer;
          },
        },
      }),
    );
  });
  after(async () => {
    await outer[Symbol.asyncDispose]();
    await inner[Symbol.asyncDispose]();
    await database.close();
    await stores.stop();
    await rm(folder, { recursive: true });
  });

  it('each keep every one of their spans, and no span of another', { timeout: 120_000 }, async () => {
    const traces = Array.from({ length: 300 }, () => randomBytes(16).toString('hex'));
    const parent = '53995c3f42cd8ad8';
    const replies = await Promise.all(
      traces.map((traceId, n) => {
        const headers = { traceparent: `00-${traceId}-${parent}-01` };
        return outer.request<{ n: string }>('POST', `/numbers/${n}`, { body: {}, headers });
      }),
    );
    const all = await until('the spans of all', () => {
      const work = capturedSpans().filter(({ name }) => name !== 'pool.acquire');
      return work.length >= 300 * 9 && work;
    });
    const byTrace = Map.groupBy(all, ({ trace_id }) => trace_id);
    for (const [n, traceId] of traces.entries()) {
      const spans = byTrace.get(traceId) ?? [];
      const root = spans.find(({ parent_id }) => parent_id === parent)!;
      assert.deepEqual([replies[n]?.status, replies[n]?.body.n], [200, String(n)]);
      const client = spans.find(({ kind, peer }) => kind === 'client' && peer?.kind === 'http');
      const server = spans.find(({ parent_id }) => parent_id === client?.span_id);
      assert.deepEqual([client?.parent_id, client?.peer?.name, server?.kind], [root.span_id, 'seats', 'server']);
      const sql = spans.filter((span) => span.sql).map(({ sql, parent_id }) => `${sql?.query} below ${parent_id}`);
      const select = (what: string, parent = root): string =>
        `SELECT $1::text AS "${what}-${n}" below ${parent.span_id}`;
      const around = ['BEGIN', 'COMMIT'].map((statement) => `${statement} below ${root.span_id}`);
      assert.deepEqual(
        sql.toSorted(),
        [...around, select('first'), select('beside'), select('last'), select('inner', server)].toSorted(),
      );
      assert.equal(spans.length, 9);
    }
  });
});
