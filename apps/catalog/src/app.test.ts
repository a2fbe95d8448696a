import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { season, type Event, type EventSummary } from '@throughline/contracts';
import { startStores, type Stores } from '@throughline/local';
import { openDatabase, type Database } from '@throughline/service/postgres';
import { silentLog, startApp } from '@throughline/testing';
import { createApp } from './app.ts';
import { seed } from './seed.ts';
import { postgresStore } from './store.ts';

describe('catalog', () => {
  let stores: Stores;
  let database: Database;
  const app = () => startApp(createApp({ store: postgresStore(database), log: silentLog }));

  before(async () => {
    stores = await startStores(['catalog']);
    const migrations = new URL('../migrations/', import.meta.url);
    database = await openDatabase({ url: stores.databaseUrl('catalog'), migrations, log: silentLog });
    await seed(database);
  });
  after(async () => {
    await database.close();
    await stores.stop();
  });

  it('lists the season page by page, the next event first', async () => {
    await using catalog = await app();
    const first = await catalog.request<{ events: EventSummary[]; next: string }>('GET', '/events?limit=5');
    const second = await catalog.request<{ events: EventSummary[]; next: null }>(
      'GET',
      `/events?limit=5&after=${first.body.next}`,
    );
    const ids = [...first.body.events, ...second.body.events].map(({ id }) => id);
    assert.deepEqual(
      ids,
      season.map(({ id }) => id),
    );
    assert.equal(second.body.next, null);
  });

  it('shows an event with its sections and prices, in one statement', async () => {
    await using catalog = await app();
    const reply = await catalog.request<Event>('GET', '/events/evt_03');
    assert.equal(reply.status, 200);
    assert.deepEqual(
      { ...reply.body, starts_at: new Date(reply.body.starts_at) },
      { ...season[2], starts_at: new Date(season[2]!.starts_at) },
    );
    const [server, ...rest] = await reply.spans();
    assert.equal(server.name, 'GET /events/:event_id');
    assert.equal(server.annotations['http.route'], '/events/:event_id');
    assert.equal(server.annotations['shop.event_id'], 'evt_03');
    assert.deepEqual(
      rest.map(({ kind, peer, parent_id }) => [kind, peer?.name, parent_id]),
      [['client', 'catalog@postgres', server.span_id]],
    );
  });

  it('says so when there is no such event, or no such id can be', async () => {
    await using catalog = await app();
    const missing = await catalog.request<{ error: { code: string; trace_id: string } }>('GET', '/events/evt_99');
    assert.deepEqual([missing.status, missing.body.error.code], [404, 'no_event']);
    assert.equal(missing.body.error.trace_id, (await missing.spans())[0].trace_id);
    assert.equal((await catalog.request('GET', '/events/nonsense')).status, 400);
    assert.equal((await catalog.request('GET', '/events?limit=0')).status, 400);
  });

  it('keeps its seed through a second start', async () => {
    await seed(database);
    assert.equal((await database.query('SELECT 1 FROM events')).length, season.length);
  });
});
