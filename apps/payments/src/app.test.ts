import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { bankApi, fraudApi, type Client, type Payment } from '@throughline/contracts';
import { startStores, type Stores } from '@throughline/local';
import { createService, HttpError, httpClient } from '@throughline/service';
import { openTables } from '@throughline/service/dynamodb';
import { fakeClient, silentLog, startApp, type RunningApp } from '@throughline/testing';
import { createApp } from './app.ts';
import { fakeBank, type FakeBank } from './bank.fake.ts';
import { tableStore, type Store } from './store.ts';

type Answer = Payment & { error: { code: string } };

const card = { number: '4242424242424240', expires: '12/30', cvc: '123' };
const LEASE_MS = 15_000;

describe('payments', () => {
  let stores: Stores;
  let store: Store;
  let app: RunningApp;
  let bank: FakeBank;
  let purchase: string;
  let now = Date.now();
  let decide: () => 'accept' | 'refuse' | Promise<'accept' | 'refuse'>;

  const fraud = fakeClient<typeof fraudApi>({
    score: async () => {
      const decision = await decide();
      return { score: decision === 'accept' ? 0 : 1, decision };
    },
  });
  const serve = (neighbours: { fraud: Client<typeof fraudApi>; bank: Client<typeof bankApi> }) =>
    startApp(createApp({ store, ...neighbours, leaseMs: LEASE_MS, now: () => now, newId: randomUUID, log: silentLog }));

  before(async () => {
    stores = await startStores(['payments']);
    Object.assign(process.env, stores.env);
    store = tableStore(openTables());
  });
  after(() => stores.stop());
  beforeEach(async (context) => {
    bank = fakeBank();
    decide = () => 'accept';
    purchase = randomUUID();
    app = await serve({ fraud, bank: bank.client });
    if ('after' in context) context.after(() => app[Symbol.asyncDispose]());
  });

  const authorise = (over: object = {}) =>
    app.request<Answer>('POST', '/payments', {
      body: { purchase_id: purchase, account_id: 'acc_0123456789abcdef', amount_cents: 5_000, card, ...over },
    });
  const capture = () => app.request<Answer>('POST', `/payments/${purchase}/capture`);
  const undo = () => app.request<Answer>('POST', `/payments/${purchase}/void`);
  const said = ({ status, body }: { status: number; body: Answer }) => `${status} ${body.error?.code ?? body.state}`;
  const counted = (call: string) => bank.calls.filter((each) => each.startsWith(call)).length;
  /** A call that waits, until it is let go, at the point where it is `reached`. */
  const gate = () => {
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const wait = () => {
      reached.resolve();
      return go.promise;
    };
    return { reached: reached.promise, letGo: () => go.resolve(), wait };
  };

  it('authorises once, captures once, and says the same again', async () => {
    const first = await authorise();
    assert.equal(said(first), '201 authorised');
    assert.deepEqual((await authorise()).body, first.body);
    assert.equal(said(await capture()), '200 captured');
    assert.equal(said(await capture()), '200 captured');
    assert.equal(said(await authorise()), '201 captured');
    assert.deepEqual(bank.calls, [`authorise ${purchase}`, `capture ${purchase}`]);
  });

  for (const [what, over, answer] of [
    ['a declined card', { card: { ...card, number: '4000000000000002' } }, '402 card_declined'],
    ['an expired card', { card: { ...card, expires: '01/20' } }, '402 card_expired'],
  ] as const) {
    it(`refuses ${what}, the same way again, and has nothing to capture or void`, async () => {
      assert.equal(said(await authorise(over)), answer);
      assert.equal(said(await authorise()), answer);
      assert.equal(said(await capture()), '409 not_authorised');
      assert.equal(said(await undo()), '200 declined');
      assert.deepEqual(bank.calls, [`authorise ${purchase}`]);
    });
  }

  it('asks no bank when the fraud check refuses', async () => {
    decide = () => 'refuse';
    assert.equal(said(await authorise()), '403 refused_by_fraud_check');
    assert.equal(said(await authorise()), '403 refused_by_fraud_check');
    assert.equal(said(await undo()), '200 declined');
    assert.deepEqual(bank.calls, []);
  });

  it('passes on that a capture is refused, and can void after it', async () => {
    await authorise({ card: { ...card, number: '4000000000000341' } });
    for (const _ of [1, 2]) assert.equal(said(await capture()), '402 capture_refused');
    assert.equal(said(await undo()), '200 voided');
    assert.equal(bank.stateOf(purchase), 'voided');
  });

  it('voids an authorisation and refunds a capture, once each', async () => {
    await authorise();
    for (const _ of [1, 2]) assert.equal(said(await undo()), '200 voided');
    assert.equal(said(await capture()), '409 payment_voided');
    assert.equal(said(await authorise()), '409 payment_voided');
    purchase = randomUUID();
    await authorise();
    await capture();
    for (const _ of [1, 2]) assert.equal(said(await undo()), '200 refunded');
    assert.equal(said(await capture()), '409 payment_voided');
    assert.equal(counted('void'), 2);
  });

  it('refuses an authorisation that comes after its own void', async () => {
    assert.equal(said(await capture()), '404 no_payment');
    assert.equal(said(await undo()), '200 voided');
    assert.equal(said(await authorise()), '409 payment_voided');
    assert.deepEqual(bank.calls, [`void ${purchase}`]);
  });

  it('charges once when many calls authorise a purchase at once', async () => {
    const { reached, letGo, wait } = gate();
    bank.once('authorise', 'before', wait);
    const first = authorise();
    await reached;
    const others = await Promise.all(Array.from({ length: 8 }, () => authorise()));
    assert.deepEqual(new Set(others.map(said)), new Set(['409 in_progress']));
    letGo();
    assert.equal(said(await first), '201 authorised');
    purchase = randomUUID();
    const answers = (await Promise.all(Array.from({ length: 12 }, () => authorise()))).map(said);
    assert.ok(answers.includes('201 authorised'));
    assert.ok(new Set(answers).isSubsetOf(new Set(['201 authorised', '409 in_progress'])));
    assert.equal(counted(`authorise ${purchase}`), 1);
  });

  for (const when of ['before', 'after'] as const) {
    it(`ends voided at the bank when the void comes while the bank authorises, ${when} its entry`, async () => {
      const { reached, letGo, wait } = gate();
      bank.once('authorise', when, wait);
      const authorising = authorise();
      await reached;
      assert.equal(said(await undo()), '200 voided');
      letGo();
      assert.equal(said(await authorising), '409 payment_voided');
      assert.equal(bank.stateOf(purchase), 'voided');
      assert.equal(said(await undo()), '200 voided');
    });
  }

  it('ends voided when the void comes during the fraud check', async () => {
    const { reached, letGo, wait } = gate();
    decide = () => wait().then(() => 'accept' as const);
    const authorising = authorise();
    await reached;
    assert.equal(said(await undo()), '200 voided');
    letGo();
    assert.equal(said(await authorising), '409 payment_voided');
    assert.equal(bank.stateOf(purchase), 'voided');
  });

  it('agrees with the bank after every race of authorise, capture and void', async () => {
    for (let round = 0; round < 15; round += 1) {
      purchase = randomUUID();
      if (round % 3 === 0) await authorise();
      const [, , voided] = await Promise.all([authorise(), capture(), undo(), undo()]);
      assert.ok(['200 voided', '200 refunded'].includes(said(voided)), said(voided));
      assert.equal((await store.get(purchase)).state, bank.stateOf(purchase));
      assert.equal(said(await undo()), `200 ${bank.stateOf(purchase)}`);
      assert.equal(said(await authorise()), '409 payment_voided');
    }
  });

  it('pays back a capture whose void came before we noted it', async () => {
    await authorise();
    const { reached, letGo, wait } = gate();
    bank.once('capture', 'after', wait);
    const capturing = capture();
    await reached;
    assert.equal(said(await undo()), '200 refunded');
    letGo();
    assert.equal(said(await capturing), '409 payment_voided');
    assert.equal(bank.stateOf(purchase), 'refunded');
  });

  it('captures at the bank once when two calls capture', async () => {
    await authorise();
    const answers = await Promise.all([capture(), capture(), capture()]);
    assert.deepEqual(new Set(answers.map(said)), new Set(['200 captured']));
    assert.equal(bank.stateOf(purchase), 'captured');
  });

  it('lets a retry finish at once when the bank or the fraud check failed', async () => {
    bank.once('authorise', 'after', () => {
      throw new HttpError(504, 'upstream_timeout', 'bank: no answer');
    });
    assert.equal(said(await authorise()), '504 upstream_timeout');
    assert.equal(bank.stateOf(purchase), 'authorised');
    assert.equal(said(await authorise()), '201 authorised');
    purchase = randomUUID();
    decide = () => Promise.reject(new HttpError(503, 'upstream_unavailable', 'fraud: down'));
    assert.equal(said(await authorise()), '503 upstream_unavailable');
    decide = () => 'accept';
    assert.equal(said(await authorise()), '201 authorised');
  });

  it('finishes a void that the bank failed', async () => {
    await authorise();
    bank.once('void', 'before', () => {
      throw new HttpError(503, 'upstream_unavailable', 'bank: down');
    });
    assert.equal(said(await undo()), '503 upstream_unavailable');
    assert.equal(said(await capture()), '409 payment_voided');
    assert.equal(said(await undo()), '200 voided');
    assert.equal(bank.stateOf(purchase), 'voided');
  });

  describe('after its process died while it authorised', () => {
    const dieWhileAuthorising = async () => {
      const claim = { purchase_id: purchase, amount_cents: 5_000, claim: 'dead', lease_until: now + LEASE_MS };
      assert.equal(await store.claim(claim, now), 'new');
      await bank.client.authorise({ body: { reference: purchase, amount_cents: 5_000, card } });
    };

    it('a retry takes over when the lease has ended, and not before', async () => {
      await dieWhileAuthorising();
      assert.equal(said(await authorise()), '409 in_progress');
      now += LEASE_MS;
      const answers = (await Promise.all(Array.from({ length: 6 }, () => authorise()))).map(said);
      assert.ok(new Set(answers).isSubsetOf(new Set(['201 authorised', '409 in_progress'])));
      assert.equal(said(await authorise()), '201 authorised');
      assert.equal(counted('authorise'), 2);
    });

    it('a void needs no lease to end', async () => {
      await dieWhileAuthorising();
      assert.equal(said(await undo()), '200 voided');
      assert.equal(bank.stateOf(purchase), 'voided');
    });

    it('a retry that the fraud check refuses lets go what the bank had reserved', async () => {
      await dieWhileAuthorising();
      now += LEASE_MS;
      decide = () => 'refuse';
      assert.equal(said(await authorise()), '403 refused_by_fraud_check');
      assert.equal(bank.stateOf(purchase), 'voided');
    });

    it('what it still writes, should it live after all, does not count', async () => {
      await dieWhileAuthorising();
      now += LEASE_MS;
      await authorise();
      const late = { state: 'declined', reason: 'card_declined', authorisation_id: null } as const;
      assert.equal(await store.settle(purchase, 'dead', late), false);
      assert.equal(await store.abandon(purchase, 'dead'), false);
      assert.equal(said(await authorise()), '201 authorised');
    });
  });

  it('refuses what is not a payment, and keeps no card', async () => {
    for (const over of [
      { purchase_id: 'x' },
      { amount_cents: -1 },
      { card: { ...card, cvc: 'abc' } },
      { card: null },
    ]) {
      assert.equal((await authorise(over)).status, 400, JSON.stringify(over));
    }
    purchase = 'nonsense';
    assert.equal((await undo()).status, 400);
    purchase = randomUUID();
    await authorise();
    const kept = JSON.stringify(await store.get(purchase));
    for (const secret of [card.number, card.expires, card.number.slice(-4)]) assert.ok(!kept.includes(secret));
  });

  it('shows claim, fraud check, bank and result one after the other below the request, and no card', async () => {
    const none = () => Promise.reject(new Error('not in this test'));
    const { authorise: at } = bank.client;
    const handlers = { authorise: at, get: none, capture: none, void: none };
    await using atBank = await startApp(createService({ api: bankApi, handlers, log: silentLog }));
    await using atFraud = await startApp(
      createService({ api: fraudApi, handlers: { score: (input) => fraud.score(input) }, log: silentLog }),
    );
    await using payments = await serve({
      fraud: httpClient(fraudApi, { name: 'fraud', baseUrl: atFraud.url }),
      bank: httpClient(bankApi, { name: 'bank', baseUrl: atBank.url }),
    });
    const body = { purchase_id: purchase, account_id: 'acc_0123456789abcdef', amount_cents: 5_000, card };
    const reply = await payments.request('POST', '/payments', { body });
    const [server, ...rest] = await reply.spans();
    assert.equal(reply.status, 201);
    assert.equal(server.annotations['shop.amount_cents'], 5_000);
    const own = rest.filter(({ kind, parent_id }) => kind === 'client' && parent_id === server.span_id);
    assert.deepEqual(
      own
        .toSorted((a, b) => a.start_us - b.start_us)
        .map(({ peer, aws, http }) => (peer?.kind === 'dynamodb' ? aws?.operation : new URL(http?.url ?? '').pathname)),
      ['PutItem', '/scores', '/authorisations', 'UpdateItem'],
    );
    for (const secret of [card.number, card.expires]) assert.ok(!JSON.stringify([server, rest]).includes(secret));
  });
});
