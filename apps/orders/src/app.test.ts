import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { accountId, type Order } from '@throughline/contracts';
import { startStores, type Stores } from '@throughline/local';
import { openDatabase, type Database } from '@throughline/service/postgres';
import { silentLog, startApp, type RunningApp } from '@throughline/testing';
import { createApp } from './app.ts';
import { postgresStore } from './store.ts';

interface Failure {
  error: { code: string };
}

const buyer = accountId('buyer-001@example.com');
const newOrder = (purchase_id: string = randomUUID()) => ({
  purchase_id,
  account_id: buyer,
  email: 'buyer-001@example.com',
  event_id: 'evt_03',
  seat_ids: ['A-1-1', 'A-1-2'],
  total_cents: 17_800,
});

describe('orders', () => {
  let stores: Stores;
  let database: Database;
  let orders: RunningApp;
  let kicks = 0;

  const create = (body: object) => orders.request<Order>('POST', '/orders', { body });
  const confirm = <T = Order>(purchase: string) => orders.request<T>('POST', `/purchases/${purchase}/order/confirm`);
  const cancel = <T = Failure>(purchase: string) => orders.request<T>('POST', `/purchases/${purchase}/order/cancel`);
  const outboxOf = (purchase: string) =>
    database.query<{ message: object; carrier: { traceparent?: string } }>(
      'SELECT message, carrier FROM outbox JOIN orders USING (order_id) WHERE purchase_id = $1',
      [purchase],
    );

  before(async () => {
    stores = await startStores(['orders']);
    const migrations = new URL('../migrations/', import.meta.url);
    database = await openDatabase({ url: stores.databaseUrl('orders'), migrations, log: silentLog });
    orders = await startApp(
      createApp({ store: postgresStore(database), outbox: { kick: () => (kicks += 1) }, log: silentLog }),
    );
  });
  after(async () => {
    await orders[Symbol.asyncDispose]();
    await database.close();
    await stores.stop();
  });
  beforeEach(() => {
    kicks = 0;
  });

  it('records a pending order in one statement, without showing the e-mail address', async () => {
    const given = newOrder();
    const reply = await create(given);
    const { email: _, ...visible } = given;
    const { order_id, created_at, ...rest } = reply.body;
    assert.deepEqual([reply.status, rest], [201, { ...visible, status: 'pending' }]);
    assert.ok(order_id && created_at);

    const [server, ...others] = await reply.spans();
    assert.equal(server.name, 'POST /orders');
    assert.equal(server.annotations['shop.order_id'], order_id);
    assert.equal(server.annotations['shop.amount_cents'], 17_800);
    assert.deepEqual(
      others.map(({ kind, peer, parent_id }) => [kind, peer?.name, parent_id]),
      [['client', 'orders@postgres', server.span_id]],
    );
    assert.ok(!JSON.stringify([server, ...others]).includes(given.email));
  });

  it('makes one order of a purchase that comes many times at once', async () => {
    const given = newOrder();
    const replies = await Promise.all(Array.from({ length: 20 }, () => create(given)));
    assert.deepEqual([...new Set(replies.map(({ status }) => status))], [201]);
    assert.equal(new Set(replies.map(({ body }) => body.order_id)).size, 1);
  });

  it('confirms an order and writes its message with the trace of the request, once', async () => {
    const given = newOrder();
    const { body: order } = await create(given);
    const reply = await confirm(given.purchase_id);
    assert.deepEqual([reply.status, reply.body], [200, { ...order, status: 'confirmed' }]);
    assert.equal(kicks, 1);

    const again = await Promise.all(Array.from({ length: 5 }, () => confirm(given.purchase_id)));
    assert.ok(again.every(({ status, body }) => status === 200 && body.status === 'confirmed'));
    const rows = await outboxOf(given.purchase_id);
    const { account_id, email, event_id, seat_ids } = given;
    assert.deepEqual(
      rows.map(({ message }) => message),
      [{ order_id: order.order_id, account_id, email, event_id, seat_ids }],
    );
    const [server] = await reply.spans();
    assert.equal(rows[0]?.carrier.traceparent, `00-${server.trace_id}-${server.span_id}-01`);
  });

  it('confirms many times at once and writes one message', async () => {
    const given = newOrder();
    await create(given);
    const replies = await Promise.all(Array.from({ length: 10 }, () => confirm(given.purchase_id)));
    assert.ok(replies.every(({ status }) => status === 200));
    assert.equal((await outboxOf(given.purchase_id)).length, 1);
  });

  it('does not confirm what is not there', async () => {
    const reply = await confirm<Failure>(randomUUID());
    assert.deepEqual([reply.status, reply.body.error.code, kicks], [404, 'no_order', 0]);
  });

  it('cancels a pending order for good', async () => {
    const given = newOrder();
    const { body: order } = await create(given);
    for (const _ of [1, 2]) {
      const reply = await cancel<object>(given.purchase_id);
      assert.deepEqual([reply.status, reply.body], [200, { cancelled: true }]);
    }
    const confirmed = await confirm<Failure>(given.purchase_id);
    assert.deepEqual([confirmed.status, confirmed.body.error.code], [409, 'order_cancelled']);
    const created = await orders.request<Failure>('POST', '/orders', { body: given });
    assert.deepEqual([created.status, created.body.error.code], [409, 'order_cancelled']);
    const shown = await orders.request<Order>('GET', `/orders/${order.order_id}?account_id=${buyer}`);
    assert.equal(shown.body.status, 'cancelled');
    assert.deepEqual(await outboxOf(given.purchase_id), []);
  });

  it('refuses an order whose cancel came first', async () => {
    const given = newOrder();
    assert.equal((await cancel(given.purchase_id)).status, 200);
    const late = await orders.request<Failure>('POST', '/orders', { body: given });
    assert.deepEqual([late.status, late.body.error.code], [409, 'order_cancelled']);
    assert.equal((await confirm(given.purchase_id)).status, 409);
    const { body } = await orders.request<{ orders: Order[] }>('GET', `/orders?account_id=${buyer}&limit=100`);
    assert.ok(!body.orders.some(({ purchase_id }) => purchase_id === given.purchase_id));
  });

  it('does not cancel a confirmed order', async () => {
    const given = newOrder();
    await create(given);
    await confirm(given.purchase_id);
    const reply = await cancel(given.purchase_id);
    assert.deepEqual([reply.status, reply.body.error.code], [409, 'order_confirmed']);
  });

  it('lets exactly one of a confirm and a cancel at the same time win', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const given = newOrder();
        await create(given);
        const calls = [() => confirm(given.purchase_id), () => cancel(given.purchase_id)];
        const replies = await Promise.all((index % 2 ? calls : calls.toReversed()).map((call) => call()));
        const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b);
        const [{ status } = { status: '' }] = await database.query<{ status: string }>(
          'SELECT status FROM orders WHERE purchase_id = $1',
          [given.purchase_id],
        );
        const published = (await outboxOf(given.purchase_id)).length;
        assert.deepEqual([statuses, published], [[200, 409], status === 'confirmed' ? 1 : 0]);
        return status;
      }),
    );
    assert.deepEqual([...new Set(outcomes)].toSorted(), ['cancelled', 'confirmed']);
  });

  it('lets a create and a cancel at the same time end cancelled', async () => {
    for (let round = 0; round < 20; round += 1) {
      const given = newOrder();
      const [created, cancelled] = await Promise.all([create(given), cancel(given.purchase_id)]);
      assert.ok(created.status === 201 || created.status === 409);
      assert.equal(cancelled.status, 200);
      assert.equal((await confirm(given.purchase_id)).status, 409);
    }
  });

  it("shows a buyer's own orders, the newest first", async () => {
    const account_id = accountId('buyer-002@example.com');
    const made: string[] = [];
    for (let count = 0; count < 3; count += 1) made.push((await create({ ...newOrder(), account_id })).body.order_id);
    const list = await orders.request<{ orders: Order[] }>('GET', `/orders?account_id=${account_id}&limit=2`);
    assert.deepEqual(
      list.body.orders.map(({ order_id }) => order_id),
      made.toReversed().slice(0, 2),
    );
    assert.ok(!('email' in list.body.orders[0]!));
    const own = await orders.request<Order>('GET', `/orders/${made[0]}?account_id=${account_id}`);
    assert.deepEqual([own.status, 'email' in own.body], [200, false]);
    const foreign = await orders.request<Failure>('GET', `/orders/${made[0]}?account_id=${buyer}`);
    assert.deepEqual([foreign.status, foreign.body.error.code], [404, 'no_order']);
  });

  it('answers bad input with 400', async () => {
    const statuses = await Promise.all([
      orders.request('POST', '/orders', { body: { ...newOrder(), seat_ids: [] } }),
      orders.request('POST', '/orders', { body: { ...newOrder(), total_cents: -1 } }),
      orders.request('POST', '/orders', { body: '{' }),
      orders.request('POST', '/purchases/nonsense/order/confirm'),
      orders.request('POST', '/purchases/nonsense/order/cancel'),
      orders.request('GET', `/orders/nonsense?account_id=${buyer}`),
      orders.request('GET', '/orders'),
    ]);
    assert.deepEqual([...new Set(statuses.map(({ status }) => status))], [400]);
  });
});
