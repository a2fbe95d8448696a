import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { seedPromotions, type Promotion } from '@throughline/contracts';
import { startStores, type Stores } from '@throughline/local';
import { GetCommand, openTables, PutCommand, type Tables } from '@throughline/service/dynamodb';
import { silentLog, startApp, type RunningApp } from '@throughline/testing';
import { createApp } from './app.ts';
import { seed } from './seed.ts';
import { tableStore, type Store } from './store.ts';

type Refusal = { error: { code: string; message: string } };

describe('promotions', () => {
  let stores: Stores;
  let tables: Tables;
  let store: Store;
  let app: RunningApp;
  let now = Date.now();
  let codes = 0;

  before(async () => {
    stores = await startStores(['promotions']);
    Object.assign(process.env, stores.env);
    tables = openTables();
    store = tableStore(tables);
    await seed(store);
    app = await startApp(createApp({ store, now: () => now, log: silentLog }));
  });
  after(async () => {
    await app[Symbol.asyncDispose]();
    await stores.stop();
  });

  const newCode = async (uses: number, expires_at = '2099-12-31T00:00:00.000Z'): Promise<string> => {
    codes += 1;
    const code = `CODE${codes}`;
    await store.add({ code, percent: 10, uses, expires_at });
    return code;
  };
  const newIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());
  const reserve = (code: string, purchase_id: string = randomUUID()) =>
    app.request<Refusal>('POST', `/promotions/${code}/uses`, { body: { purchase_id } });
  const onUse = (code: string, id: string, what: 'confirm' | 'give-back') =>
    app.request<{ released: boolean; confirmed: boolean } & Refusal>('POST', `/promotions/${code}/uses/${id}/${what}`);
  const remaining = async (code: string) => (await store.look({ code, purchase_id: randomUUID() }))?.remaining;

  it('shows the terms of a seeded code, expired or not, and says when there is none', async () => {
    const found = await app.request<Promotion>('GET', '/promotions/LASTYEAR');
    const { code, percent, uses } = seedPromotions[2];
    assert.deepEqual(found.body, { code, percent, uses, expires_at: '2025-12-31T23:59:59.000Z' });
    const missing = await app.request<Refusal>('GET', '/promotions/NOSUCH');
    assert.deepEqual([missing.status, missing.body.error.code], [404, 'no_promo']);
    assert.equal((await app.request('GET', '/promotions/lower')).status, 400);
  });

  it('reserves a use in one write, as its trace shows', async () => {
    const purchase_id = randomUUID();
    const reply = await reserve('ENCORE10', purchase_id);
    assert.deepEqual([reply.status, reply.body], [201, { reserved: true }]);
    const [server, ...rest] = await reply.spans();
    assert.equal(server.name, 'POST /promotions/:code/uses');
    assert.equal(server.annotations['shop.promo_code'], 'ENCORE10');
    assert.equal(server.annotations['shop.purchase_id'], purchase_id);
    assert.deepEqual(
      rest.map(({ kind, peer, aws, parent_id }) => [kind, peer, aws?.operation, parent_id]),
      [['client', { name: 'promotions', kind: 'dynamodb' }, 'UpdateItem', server.span_id]],
    );
  });

  it('gives a purchase one use however often it asks', async () => {
    const code = await newCode(5);
    const id = randomUUID();
    const replies = await Promise.all(Array.from({ length: 8 }, () => reserve(code, id)));
    assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([201]));
    assert.equal(await remaining(code), 4);
  });

  it('lets exactly ten of fifty concurrent purchases use a code of ten uses', async () => {
    const code = await newCode(10);
    const replies = await Promise.all(newIds(50).map((id) => reserve(code, id)));
    assert.equal(replies.filter(({ status }) => status === 201).length, 10);
    const refused = replies.filter(({ status }) => status !== 201);
    assert.deepEqual(
      new Set(refused.map(({ status, body }) => `${status} ${body.error.code}`)),
      new Set(['409 promo_used_up']),
    );
    assert.equal(await remaining(code), 0);
  });

  it('refuses an expired code, also one that expires while it is in use', async () => {
    const old = await reserve('LASTYEAR');
    assert.deepEqual([old.status, old.body.error.code], [410, 'promo_expired']);
    const code = await newCode(5, '2090-01-01T00:00:00.000Z');
    const early = randomUUID();
    assert.equal((await reserve(code, early)).status, 201);
    const today = now;
    now = Date.parse('2090-01-01T00:00:00.000Z');
    assert.equal((await reserve(code)).status, 410);
    assert.equal((await reserve(code, early)).status, 201);
    assert.equal((await onUse(code, early, 'confirm')).status, 200);
    now = today;
  });

  it('confirms a reserved use as often as it is told to', async () => {
    const code = await newCode(1);
    const id = randomUUID();
    await reserve(code, id);
    for (const _ of [1, 2]) assert.deepEqual((await onUse(code, id, 'confirm')).body, { confirmed: true });
    assert.equal((await reserve(code, id)).status, 201);
    assert.equal((await onUse(code, randomUUID(), 'confirm')).body.error.code, 'use_given_back');
  });

  for (const state of ['reserved', 'confirmed']) {
    it(`frees a ${state} use once, for another purchase and never again for this one`, async () => {
      const code = await newCode(1);
      const id = randomUUID();
      await reserve(code, id);
      if (state === 'confirmed') await onUse(code, id, 'confirm');
      const replies = await Promise.all(Array.from({ length: 6 }, () => onUse(code, id, 'give-back')));
      assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]));
      assert.equal(replies.filter(({ body }) => body.released).length, 1);
      assert.equal(await remaining(code), 1);
      assert.equal((await reserve(code, id)).body.error.code, 'use_given_back');
      assert.equal((await onUse(code, id, 'confirm')).body.error.code, 'use_given_back');
      assert.equal((await reserve(code)).status, 201);
    });
  }

  it('refuses a reservation that comes after its own give-back', async () => {
    const code = await newCode(1);
    const id = randomUUID();
    assert.deepEqual((await onUse(code, id, 'give-back')).body, { released: false });
    const late = await reserve(code, id);
    assert.deepEqual([late.status, late.body.error.code], [409, 'use_given_back']);
    assert.equal(await remaining(code), 1);
  });

  it('loses no use when reservation and give-back race', async () => {
    const code = await newCode(20);
    const ids = newIds(20);
    const replies = await Promise.all(ids.flatMap((id) => [reserve(code, id), onUse(code, id, 'give-back')]));
    assert.ok(replies.every(({ status, body }) => status < 300 || body.error.code === 'use_given_back'));
    assert.equal(await remaining(code), 20);
  });

  it('says that there is no such code to every change of it', async () => {
    const id = randomUUID();
    for (const reply of [
      await reserve('NOSUCH', id),
      await onUse('NOSUCH', id, 'confirm'),
      await onUse('NOSUCH', id, 'give-back'),
    ]) {
      assert.deepEqual([reply.status, reply.body.error.code], [404, 'no_promo']);
    }
    assert.equal((await onUse('NOSUCH', 'nonsense', 'confirm')).status, 400);
  });

  it('keeps a code as it is through a second seed', async () => {
    await reserve('FIRST10');
    await seed(store);
    assert.equal(await remaining('FIRST10'), 9);
  });

  it('holds two thousand uses and two thousand that were given back', async () => {
    const code = 'FULL';
    const [taken, free, late] = [newIds(1_990), newIds(10), newIds(2_000)];
    const uses = Object.fromEntries(taken.map((id) => [id, 'confirmed']));
    const Item = { code, percent: 10, total: 2_000, remaining: 10, expires: now + 60_000, uses, given_back: late };
    await tables.send(new PutCommand({ TableName: 'promotions', Item }));
    const replies = await Promise.all(free.map((id) => reserve(code, id)));
    assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([201]));
    assert.equal((await reserve(code)).body.error.code, 'promo_used_up');
    assert.equal((await reserve(code, late[0])).body.error.code, 'use_given_back');
    assert.equal((await reserve(code, taken[0])).status, 201);
    const backs = await Promise.all(free.map((id) => onUse(code, id, 'give-back')));
    assert.ok(backs.every(({ body }) => body.released));
    assert.equal(await remaining(code), 10);
    const { Item: after } = await tables.send(new GetCommand({ TableName: 'promotions', Key: { code } }));
    const remembered = new Set(after?.['given_back'] as string[]);
    assert.ok(remembered.size <= 2_000, 'the oldest are forgotten');
    assert.ok(remembered.isSupersetOf(new Set([...free, ...late.slice(-1_800)])));
    assert.ok(JSON.stringify(after).length < 400_000);
  });
});
