import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';
import { accountId, OrderPlaced } from '@throughline/contracts';
import { startStores, type Stores } from '@throughline/local';
import { openDatabase, type Database } from '@throughline/service/postgres';
import { consumeQueue, openSender } from '@throughline/service/queue';
import { capturedSpans, silentLog, until } from '@throughline/testing';
import { publishOutbox, type Outbox } from './publish-outbox.ts';
import { postgresStore, type Store } from './store.ts';

describe('the outbox', () => {
  let stores: Stores;
  let database: Database;
  let store: Store;
  let running: Outbox[] = [];

  const order = () => ({
    purchase_id: randomUUID(),
    account_id: accountId('buyer-001@example.com'),
    email: 'buyer-001@example.com',
    event_id: 'evt_03',
    seat_ids: ['A-1-1'],
    total_cents: 8_900,
  });
  const confirmed = async (carrier = {}): Promise<string> => {
    const given = order();
    await store.create(given);
    const result = await store.confirm(given.purchase_id, carrier);
    assert.ok(result && result !== 'cancelled');
    return result.order_id;
  };
  const start = (send: (message: OrderPlaced) => Promise<void>, pollMs = 60_000): Outbox => {
    const outbox = publishOutbox({ store, send, log: silentLog, pollMs });
    running.push(outbox);
    return outbox;
  };
  const unpublished = () => database.query('SELECT 1 FROM outbox WHERE published_at IS NULL');

  before(async () => {
    stores = await startStores(['orders']);
    Object.assign(process.env, stores.env);
    const migrations = new URL('../migrations/', import.meta.url);
    database = await openDatabase({ url: stores.databaseUrl('orders'), migrations, log: silentLog });
    store = postgresStore(database);
  });
  afterEach(async () => {
    await Promise.all(running.map((outbox) => outbox.close()));
    running = [];
    await database.query('DELETE FROM outbox');
  });
  after(async () => {
    await database.close();
    await stores.stop();
  });

  it('goes on with the trace of the request that confirmed the order, through the queue', async () => {
    const received: string[] = [];
    const consumer = await consumeQueue({
      queue: 'order-placed',
      schema: OrderPlaced,
      handle: async ({ order_id }) => void received.push(order_id),
      log: silentLog,
    });
    const [trace_id, parent_id] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
    const id = await confirmed({ traceparent: `00-${trace_id}-${parent_id}-01` });
    start(await openSender('order-placed'));
    await until('the message', () => received.includes(id));
    await consumer.close();

    const spans = await until('the spans of all three', () => {
      const found = capturedSpans().filter((span) => span.trace_id === trace_id && span.end_us !== undefined);
      return found.length >= 3 ? found : undefined;
    });
    const chain: string[] = [];
    for (let parent: string | undefined = parent_id; parent;) {
      const [span, ...others] = spans.filter((each) => each.parent_id === parent);
      assert.deepEqual(others, []);
      if (span) chain.push(span.kind === 'internal' ? 'publish' : span.kind);
      parent = span?.span_id;
    }
    assert.deepEqual(chain.slice(-2), ['producer', 'consumer']);
    assert.equal(chain.length, 3);
    assert.equal(spans.length, 3);
    assert.ok(spans.some((span) => span.annotations['shop.order_id'] === id));
    assert.ok(!JSON.stringify(spans).includes('buyer-001@'));
  });

  it('publishes in the order of its rows, each once, and sends what is new at a kick', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 25; count += 1) ids.push(await confirmed());
    const sent: string[] = [];
    const outbox = start(async ({ order_id }) => void sent.push(order_id));
    await until('the backlog', () => sent.length === ids.length);
    ids.push(await confirmed());
    outbox.kick();
    await until('the kicked row', () => sent.length === ids.length);
    await outbox.close();
    assert.deepEqual(sent, ids);
    assert.deepEqual(await unpublished(), []);
  });

  it('finds by its poll what nobody kicked', async () => {
    const sent: string[] = [];
    start(async ({ order_id }) => void sent.push(order_id), 50);
    const id = await confirmed();
    await until('the row', () => sent.includes(id));
  });

  it('stops at a row that cannot be sent, and keeps the order when it goes on', async () => {
    const ids = [await confirmed(), await confirmed(), await confirmed()];
    const sent: string[] = [];
    let refusals = 2;
    start(async ({ order_id }) => {
      if (order_id === ids[1] && refusals-- > 0) throw new Error('the queue is away');
      sent.push(order_id);
    });
    await until('all rows', async () => (await unpublished()).length === 0);
    assert.deepEqual(sent, ids);
    assert.ok(refusals < 0);
  });

  it('does not lose a row whose id is lower than one already published', async () => {
    const sent: string[] = [];
    const outbox = start(async ({ order_id }) => void sent.push(order_id));
    let late = '';
    let early = '';
    await database.transaction(async (query) => {
      const row = await query<{ order_id: string }>(
        `WITH made AS (INSERT INTO orders (purchase_id, status, account_id, email, event_id, seat_ids, total_cents)
                       VALUES ($1, 'confirmed', 'a', 'b@c.d', 'evt_01', '{A-1-1}', 1) RETURNING order_id)
         INSERT INTO outbox (order_id, message, carrier)
         SELECT order_id, json_build_object('order_id', order_id), '{}' FROM made RETURNING order_id`,
        [randomUUID()],
      );
      late = row[0]?.order_id ?? '';
      early = await confirmed();
      outbox.kick();
      await until('the row that was committed first', () => sent.includes(early));
    });
    outbox.kick();
    await until('the row that was committed last', () => sent.includes(late));
    assert.deepEqual(sent, [early, late]);
  });

  it('shares its rows between two publishers without sending one twice', async () => {
    for (let count = 0; count < 30; count += 1) await confirmed();
    const sent: string[] = [];
    const send = async ({ order_id }: OrderPlaced): Promise<void> => void sent.push(order_id);
    start(send, 50);
    start(send, 50);
    await until('all rows', async () => (await unpublished()).length === 0);
    assert.equal(sent.length, 30);
    assert.equal(new Set(sent).size, 30);
  });

  it('ends after the row under way and leaves the rest for the next start', async () => {
    const ids = [await confirmed(), await confirmed(), await confirmed()];
    const sent: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const outbox = start(async ({ order_id }) => {
      await held;
      sent.push(order_id);
    });
    await until('a row under way', async () => (await lockedRows()) > 0);
    const closed = outbox.close();
    release();
    await closed;
    assert.deepEqual(sent, ids.slice(0, 1));
    start(async ({ order_id }) => void sent.push(order_id));
    await until('the rest', () => sent.length === 3);
    assert.deepEqual(sent, ids);
  });

  /** Unpublished rows that a publisher has in hand. */
  async function lockedRows(): Promise<number> {
    const all = await unpublished();
    const free = await database.query('SELECT 1 FROM outbox WHERE published_at IS NULL FOR UPDATE SKIP LOCKED');
    return all.length - free.length;
  }

  it('emits no span while there is nothing to publish', async () => {
    let polls = 0;
    const counting: Store = { ...store, publish: (...args) => ((polls += 1), store.publish(...args)) };
    const outbox = publishOutbox({ store: counting, send: async () => undefined, log: silentLog, pollMs: 20 });
    running.push(outbox);
    const before = capturedSpans().length;
    await until('some polls', () => polls > 5);
    await outbox.close();
    assert.equal(capturedSpans().length, before);
  });
});
