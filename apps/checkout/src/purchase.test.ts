import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Receipt } from '@throughline/contracts';
import { startStores, type Stores } from '@throughline/local';
import { HttpError } from '@throughline/service';
import { GetCommand, openTables, type Tables } from '@throughline/service/dynamodb';
import { silentLog, startApp, type Reply } from '@throughline/testing';
import { createApp } from './app.ts';
import { dynamoLedger, type Ledger, type Saga, type Step } from './ledger.ts';
import { recoverOnce } from './recover.ts';
import type { SagaDeps } from './saga.ts';
import { ACCOUNT, body, card, createWorld, type World } from './world.fixture.ts';

interface ErrorReply {
  readonly error: { readonly code: string; readonly message: string };
}

const UNDONE = { promo: 'free', order: 'cancelled', seats: 'free', payment: 'voided' };
const SOLD = { promo: 'confirmed', order: 'confirmed', seats: 'sold', payment: 'captured' };
const outage = (): HttpError => new HttpError(503, 'upstream_unavailable', 'it is away');

describe('checkout', () => {
  let stores: Stores;
  let tables: Tables;
  /** A clock that tests move, so that leases end when they say. */
  let clock = Date.now();
  const ledgerOf = (owner: string): Ledger => dynamoLedger({ tables, owner, leaseMs: 60_000, now: () => clock });
  const depsOf = (world: World, ledger = ledgerOf(randomUUID())): SagaDeps => ({
    ledger,
    neighbours: world.neighbours,
    patienceMs: 0,
    log: silentLog,
  });
  const buy = async <T = ErrorReply>(deps: SagaDeps, key: string = randomUUID(), changes = {}): Promise<Reply<T>> => {
    await using app = await startApp(createApp(deps));
    return await app.request<T>('POST', '/purchases', {
      body: { ...body, ...changes },
      headers: { 'idempotency-key': key },
    });
  };
  const item = async (key: string): Promise<(Saga & { open?: string }) | undefined> =>
    (await tables.send(new GetCommand({ TableName: 'purchases', Key: { id: `${ACCOUNT}#${key}` } }))).Item as
      | Saga
      | undefined;

  before(async () => {
    stores = await startStores(['checkout']);
    Object.assign(process.env, stores.env);
    tables = openTables();
  });
  after(async () => {
    tables.destroy();
    await stores.stop();
  });

  it('sells the held seats: quote, authorise, order, capture, confirm', async () => {
    const world = createWorld();
    const key = randomUUID();
    const reply = await buy<Receipt>(depsOf(world), key);
    assert.equal(reply.status, 201);
    assert.equal(reply.body.total_cents, 17_388);
    assert.deepEqual(world.state, SOLD);
    const order = ['pricing.quote', 'payments.authorise', 'orders.create', 'payments.capture', 'orders.confirm'];
    assert.deepEqual(
      world.calls.filter((call) => order.includes(call)),
      order,
    );
    assert.equal((await item(key))?.open, undefined);
    const [server, ...rest] = await reply.spans();
    assert.equal(server.annotations['shop.purchase_id'], reply.body.purchase_id);
    assert.ok(rest.every(({ peer }) => peer?.name === 'purchases'));
  });

  it('keeps no card number and no CVC', async () => {
    const key = randomUUID();
    await buy(depsOf(createWorld()), key);
    assert.doesNotMatch(JSON.stringify(await item(key)), new RegExp(`${card.number}|"cvc"`));
  });

  it('gives the same key the same answer and charges once', async () => {
    const world = createWorld();
    const deps = depsOf(world);
    const key = randomUUID();
    const first = await buy<Receipt>(deps, key);
    const second = await buy<Receipt>(deps, key);
    assert.deepEqual([second.status, second.body], [201, first.body]);
    assert.equal(world.calls.filter((call) => call === 'payments.authorise').length, 1);
  });

  it('gives a refused purchase the same refusal again', async () => {
    const world = createWorld();
    const deps = depsOf(world);
    const key = randomUUID();
    world.failing.set('payments.authorise', { error: new HttpError(402, 'card_declined', 'no funds') });
    const replies = [await buy(deps, key), await buy(deps, key)];
    assert.deepEqual(
      replies.map(({ status, body: { error } }) => [status, error.code, error.message]),
      [
        [402, 'card_declined', 'no funds'],
        [402, 'card_declined', 'no funds'],
      ],
    );
  });

  it('refuses a key that was used with another body', async () => {
    const deps = depsOf(createWorld());
    const key = randomUUID();
    await buy(deps, key);
    const reply = await buy(deps, key, { promo_code: 'OTHER' });
    assert.deepEqual([reply.status, reply.body.error.code], [422, 'key_reused']);
  });

  it('answers a replay in flight with 409, and of many at once charges one', async () => {
    const world = createWorld();
    const deps = depsOf(world);
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 10 }, () => buy<Receipt & ErrorReply>(deps, key)));
    assert.equal(replies.filter(({ status }) => status === 201).length, 1);
    assert.ok(replies.every(({ status, body: { error } }) => status === 201 || error.code === 'in_progress'));
    assert.equal(world.calls.filter((call) => call === 'payments.authorise').length, 1);
  });

  describe('a step that fails is undone, and the buyer reads why', () => {
    const refused = (status: number, code: string): Error => new HttpError(status, code, 'no');
    const cases: [call: string, error: Error, status: number, code: string, state: Partial<World['state']>][] = [
      [
        'seats.getHold',
        refused(410, 'hold_expired'),
        410,
        'hold_expired',
        { promo: 'free', payment: 'none', order: 'none' },
      ],
      ['catalog.getEvent', outage(), 409, 'purchase_failed', { promo: 'free', payment: 'none', seats: 'free' }],
      ['pricing.quote', refused(409, 'promo_used_up'), 409, 'promo_used_up', { payment: 'none', seats: 'free' }],
      ['pricing.quote', outage(), 409, 'purchase_failed', { promo: 'free', payment: 'none', seats: 'free' }],
      [
        'payments.authorise',
        refused(403, 'refused_by_fraud_check'),
        403,
        'refused_by_fraud_check',
        { promo: 'free', order: 'none' },
      ],
      ['payments.authorise', outage(), 409, 'purchase_failed', { promo: 'free', payment: 'voided', order: 'none' }],
      ['seats.confirm', refused(410, 'hold_expired'), 410, 'hold_expired', UNDONE],
      ['orders.create', outage(), 409, 'purchase_failed', UNDONE],
      ['payments.capture', refused(402, 'capture_refused'), 402, 'capture_refused', UNDONE],
      ['payments.capture', outage(), 409, 'purchase_failed', UNDONE],
      ['orders.confirm', outage(), 409, 'purchase_failed', UNDONE],
    ];
    for (const [call, error, status, code, state] of cases) {
      it(`${call}: ${code}`, async () => {
        const world = createWorld();
        world.failing.set(call, { error });
        const key = randomUUID();
        const reply = await buy(depsOf(world), key);
        assert.deepEqual([reply.status, reply.body.error.code], [status, code]);
        assert.deepEqual({ ...world.state, ...state }, world.state);
        assert.equal((await item(key))?.open, undefined);
      });
    }
  });

  it('also undoes a step whose answer was lost', async () => {
    const world = createWorld();
    world.failing.set('payments.authorise', { error: outage(), after: true });
    assert.equal((await buy(depsOf(world))).status, 409);
    assert.deepEqual({ ...world.state }, { ...UNDONE, order: 'none' });
  });

  it('goes forward when the answer of a confirmed order was lost', async () => {
    const world = createWorld();
    world.failing.set('orders.confirm', { error: outage(), after: true, times: 1 });
    assert.equal((await buy(depsOf(world))).status, 201);
    assert.deepEqual(world.state, SOLD);
  });

  it('sells although the promo use cannot be confirmed yet, and confirms it later', async () => {
    const world = createWorld();
    world.failing.set('pricing.confirm', { error: outage(), times: 1 });
    const key = randomUUID();
    assert.equal((await buy(depsOf(world), key)).status, 201);
    clock += 61_000;
    await recoverOnce(depsOf(world));
    assert.deepEqual(world.state, SOLD);
    assert.equal((await item(key))?.open, undefined);
  });

  it('leaves an undo that cannot be finished to the recovery, and tells the buyer then', async () => {
    const world = createWorld();
    world.failing.set('payments.capture', { error: outage() }).set('payments.void', { error: outage(), times: 1 });
    const key = randomUUID();
    const undecided = await buy(depsOf(world), key);
    assert.deepEqual([undecided.status, undecided.body.error.code], [503, 'purchase_undecided']);
    clock += 61_000;
    await recoverOnce(depsOf(world));
    assert.deepEqual(world.state, UNDONE);
    assert.equal((await buy(depsOf(world), key)).body.error.code, 'purchase_failed');
  });

  describe('a purchase left by a crash', () => {
    const left = async (world: World, key: string, steps: [Step, (() => Promise<unknown>)?][]): Promise<void> => {
      const crashed = ledgerOf('crashed');
      const { card: _, ...request } = body;
      const saga: Saga = {
        id: `${ACCOUNT}#${key}`,
        purchase_id: randomUUID(),
        body_hash: 'h',
        request,
        carrier: {},
        step: 'gather',
      };
      await crashed.claim(saga);
      const facts = { seat_ids: ['A-1-1', 'A-1-2'], order_id: saga.purchase_id };
      const quote = await world.neighbours.pricing.quote({
        body: { purchase_id: saga.purchase_id, event_id: 'evt_01', lines: [] },
      });
      for (const [step, effect] of steps) {
        await crashed.advance(saga, step, { ...facts, quote });
        await effect?.();
      }
      clock += 61_000;
    };
    const params = { purchase_id: 'p' };

    it('before its order is undone', async () => {
      const world = createWorld();
      const key = randomUUID();
      const authorised = () =>
        world.neighbours.payments.authorise({ body: { ...params, account_id: ACCOUNT, amount_cents: 1, card } });
      await left(world, key, [['quote'], ['authorise', authorised]]);
      await recoverOnce(depsOf(world));
      assert.deepEqual(world.state, { ...UNDONE, order: 'none' });
      assert.equal((await item(key))?.answer?.refusal?.code, 'purchase_failed');
    });

    for (const step of ['order', 'capture', 'confirm'] as const) {
      it(`at ${step} is finished, once by whoever is first`, async () => {
        const world = createWorld();
        const key = randomUUID();
        await left(world, key, [['quote'], ['authorise'], ['order'], [step]]);
        await Promise.all([recoverOnce(depsOf(world)), recoverOnce(depsOf(world))]);
        assert.equal(world.state.order, 'confirmed');
        assert.equal(world.calls.filter((call) => call === 'orders.confirm').length, 1);
        assert.equal((await item(key))?.answer?.receipt?.total_cents, 17_388);
      });
    }

    it('is left alone while somebody works on it', async () => {
      const world = createWorld();
      const key = randomUUID();
      await left(world, key, [['quote'], ['authorise'], ['order']]);
      clock -= 30_000;
      await recoverOnce(depsOf(world));
      assert.equal(world.state.order, 'none');
      clock += 31_000;
      await recoverOnce(depsOf(world));
    });

    it('cannot be written by the one who lost it', async () => {
      const world = createWorld();
      const key = randomUUID();
      await left(world, key, [['quote'], ['authorise'], ['order']]);
      await recoverOnce(depsOf(world));
      const saga = await item(key);
      assert.ok(saga);
      await assert.rejects(ledgerOf('crashed').advance(saga, 'capture'), { name: 'ConditionalCheckFailedException' });
    });
  });
});
