import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { accountId, type catalogApi, OrderPlaced, season, TicketIssued } from '@throughline/contracts';
import { startStores, type Stores } from '@throughline/local';
import { consumeQueue, openSender } from '@throughline/service/queue';
import { openDatabase, type Database } from '@throughline/service/postgres';
import { tracing } from '@throughline/telemetry';
import { capturedSpans, fakeClient, silentLog, startApp, until } from '@throughline/testing';
import { createApp } from './app.ts';
import { issueTickets, type Deps } from './issue-tickets.ts';
import { postgresStore } from './store.ts';
import { readPdf } from './testing/read-pdf.ts';

const placed = (seat_ids = ['A-1-2', 'A-1-1']): OrderPlaced => ({
  order_id: randomUUID(),
  account_id: accountId('buyer-001@example.com'),
  email: 'buyer-001@example.com',
  event_id: 'evt_01',
  seat_ids,
});

describe('tickets', () => {
  let stores: Stores;
  let database: Database;
  let deps: Deps;
  let sent: TicketIssued[];
  const catalog = fakeClient<typeof catalogApi>({ getEvent: async () => season[0]! });
  const rowsOf = (orderId: string) => database.query('SELECT code FROM tickets WHERE order_id = $1', [orderId]);

  before(async () => {
    stores = await startStores(['tickets']);
    Object.assign(process.env, stores.env);
    const migrations = new URL('../migrations/', import.meta.url);
    database = await openDatabase({ url: stores.databaseUrl('tickets'), migrations, log: silentLog });
  });
  after(async () => {
    await database.close();
    await stores.stop();
  });
  beforeEach(() => {
    sent = [];
    deps = {
      store: postgresStore(database),
      catalog,
      send: async (message) => void sent.push(message),
      newCode: () => randomBytes(8).toString('hex').toUpperCase(),
      now: () => new Date(),
    };
  });

  it('issues a ticket for each seat and hands all of them on in one message', async () => {
    const order = placed();
    await issueTickets(deps, order);
    const [message] = sent.map((each) => TicketIssued.parse(each));
    assert.deepEqual(
      [message?.order_id, message?.email, message?.event_title, message?.starts_at],
      [order.order_id, order.email, 'Night Trains', season[0]?.starts_at],
    );
    assert.deepEqual(
      message?.tickets.map(({ seat_id }) => seat_id),
      order.seat_ids,
    );
    for (const { code, pdf } of message?.tickets ?? []) {
      assert.match(code, /^[0-9A-F]{16}$/);
      assert.ok(readPdf(Buffer.from(pdf, 'base64')).text.includes(code));
    }
  });

  it('fits the tickets of the largest order into one message of SQS', async () => {
    await issueTickets(deps, placed(Array.from({ length: 8 }, (_, seat) => `A-10-${seat + 100}`)));
    assert.equal(sent[0]?.tickets.length, 8);
    assert.ok(JSON.stringify(sent[0]).length < 200_000);
  });

  it('sends the same tickets again for an order that comes again', async () => {
    const order = placed();
    await issueTickets(deps, order);
    await issueTickets({ ...deps, newCode: () => assert.fail('a second code was made') }, order);
    assert.equal(sent.length, 2);
    assert.deepEqual(sent[1], sent[0]);
  });

  it('goes on where an earlier attempt has stopped before the message was sent', async () => {
    const order = placed();
    await assert.rejects(issueTickets({ ...deps, send: () => Promise.reject(new Error('away')) }, order), /away/);
    await issueTickets(deps, order);
    assert.equal((await rowsOf(order.order_id)).length, 2);
    assert.equal(sent.length, 1);
  });

  it('keeps one ticket a seat when the same order is handled many times at once', async () => {
    const order = placed(['A-1-4', 'A-1-3', 'A-1-5']);
    await Promise.all(Array.from({ length: 12 }, () => issueTickets(deps, order)));
    assert.equal((await rowsOf(order.order_id)).length, 3);
    assert.equal(sent.length, 12);
    for (const message of sent) assert.deepEqual(message, sent[0]);
  });

  it('issues one ticket for a seat that stands twice in the order', async () => {
    await issueTickets(deps, placed(['A-1-1', 'A-1-1']));
    assert.equal(sent[0]?.tickets.length, 1);
  });

  it('issues nothing while the catalog does not answer', async () => {
    const order = placed();
    const away = fakeClient<typeof catalogApi>({ getEvent: () => Promise.reject(new Error('no answer')) });
    await assert.rejects(issueTickets({ ...deps, catalog: away }, order), /no answer/);
    assert.deepEqual([await rowsOf(order.order_id), sent], [[], []]);
  });

  it('goes on with the trace of the order, from one queue to the next', async () => {
    const order = placed();
    const [place, send] = await Promise.all([
      openSender<OrderPlaced>('order-placed'),
      openSender<TicketIssued>('ticket-issued'),
    ]);
    const handle = (message: OrderPlaced) => issueTickets({ ...deps, send }, message);
    const consumer = await consumeQueue({ queue: 'order-placed', schema: OrderPlaced, handle, log: silentLog });
    let traceId: string | undefined;
    await tracing.continued('test', {}, () => {
      traceId = tracing.ids()?.trace_id;
      return place(order);
    });
    const spans = await until('both sends', () => {
      const found = capturedSpans().filter((span) => span.trace_id === traceId && span.end_us !== undefined);
      return found.filter(({ kind }) => kind === 'producer').length === 2 ? found : undefined;
    });
    await consumer.close();

    const consumed = await until('the consumer span', () =>
      capturedSpans().find((span) => span.trace_id === traceId && span.kind === 'consumer' && span.end_us),
    );
    assert.deepEqual(
      [consumed.annotations['shop.order_id'], consumed.annotations['shop.seat_count']],
      [order.order_id, 2],
    );
    const below = spans.filter(({ parent_id }) => parent_id === consumed.span_id);
    assert.deepEqual(below.map(({ kind, name, peer }) => peer?.name ?? `${kind} ${name}`).toSorted(), [
      'internal render tickets',
      'ticket-issued',
      'tickets@postgres',
      'tickets@postgres',
      'tickets@postgres',
    ]);
    assert.ok(!JSON.stringify(spans).includes(order.email));
  });

  it('says over HTTP that it lives, and nothing else', async () => {
    await using app = await startApp(createApp({ log: silentLog }));
    assert.deepEqual((await app.request('GET', '/healthz')).body, { status: 'ok' });
    assert.equal((await app.request('GET', '/tickets')).status, 404);
  });
});
