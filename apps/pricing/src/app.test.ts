import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { promotionsApi, type Client, type Quote } from '@throughline/contracts';
import { createService, HttpError, httpClient } from '@throughline/service';
import { fakeClient, silentLog, startApp } from '@throughline/testing';
import { createApp } from './app.ts';

type Answer = Quote & { error: { code: string } };
type Promotions = Client<typeof promotionsApi>;

const promotion = { code: 'ENCORE10', percent: 10, uses: 2000, expires_at: '2099-12-31T23:59:59Z' };
const lines = [
  { section: 'A', price_cents: 8_900, quantity: 2 },
  { section: 'C', price_cents: 3_900, quantity: 1 },
];

/** Promotions as pricing sees it: counts the calls, and knows one good code and one that has expired. */
function fakePromotions() {
  const calls: string[] = [];
  const known = [promotion, { ...promotion, code: 'LASTYEAR', expires_at: '2025-12-31T23:59:59Z' }];
  const client = fakeClient<typeof promotionsApi>({
    async get({ params: { code } }) {
      calls.push(`get ${code}`);
      await Promise.resolve();
      const found = known.find((each) => each.code === code);
      if (!found) throw new HttpError(404, 'no_promo', `there is no promo code ${code}`);
      return found;
    },
    async reserve({ params, body }) {
      calls.push(`reserve ${params.code} ${body.purchase_id}`);
      return { reserved: true };
    },
    async confirm({ params }) {
      calls.push(`confirm ${params.code} ${params.purchase_id}`);
      return { confirmed: true };
    },
    async giveBack({ params }) {
      calls.push(`give back ${params.code} ${params.purchase_id}`);
      if (params.code === 'NOSUCH') throw new HttpError(404, 'no_promo', 'there is no promo code NOSUCH');
      return { released: true };
    },
  });
  return { calls, client };
}

describe('pricing', () => {
  const serve = async (promotions: Promotions, now: () => number = Date.now) => {
    const app = await startApp(createApp({ promotions, cacheTtlMs: 60_000, now, log: silentLog }));
    const quote = (promo_code?: string, purchase_id: string = randomUUID(), over: object = {}) =>
      app.request<Answer>('POST', '/quotes', {
        body: { purchase_id, event_id: 'evt_01', lines, promo_code, ...over },
      });
    const on = (id: string, what: 'confirm' | 'release', promo_code: string) =>
      app.request<{ confirmed: boolean; released: boolean }>('POST', `/quotes/${id}/${what}`, { body: { promo_code } });
    return { quote, on, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
  };

  it('prices seats and fees, and calls nobody without a promo code', async () => {
    const { calls, client } = fakePromotions();
    await using pricing = await serve(client);
    const reply = await pricing.quote();
    assert.equal(reply.status, 201);
    const subtotal_cents = 2 * 8_900 + 3_900;
    const fees_cents = 1_302 + 3 * 150;
    assert.deepEqual(reply.body, {
      subtotal_cents,
      fees_cents,
      discount_cents: 0,
      total_cents: subtotal_cents + fees_cents,
      promo_code: null,
    });
    assert.deepEqual(calls, []);
    const [server, ...rest] = await reply.spans();
    assert.equal(server.annotations['shop.seat_count'], 3);
    assert.equal(server.annotations['shop.amount_cents'], reply.body.total_cents);
    assert.equal(rest.length, 0);
  });

  it('takes the discount off the seats and reserves the use under the purchase', async () => {
    const { calls, client } = fakePromotions();
    await using pricing = await serve(client);
    const id = randomUUID();
    const { body } = await pricing.quote('ENCORE10', id);
    assert.equal(body.discount_cents, 2_170);
    assert.equal(body.total_cents, body.subtotal_cents + body.fees_cents - 2_170);
    assert.equal(body.promo_code, 'ENCORE10');
    assert.deepEqual(calls, ['get ENCORE10', `reserve ENCORE10 ${id}`]);
  });

  it('asks for the terms of a code once until they expire, also when many ask at once', async () => {
    const { calls, client } = fakePromotions();
    let now = Date.now();
    await using pricing = await serve(client, () => now);
    const asked = () => calls.filter((call) => call === 'get ENCORE10').length;
    await Promise.all(Array.from({ length: 20 }, () => pricing.quote('ENCORE10')));
    assert.equal(asked(), 1);
    const hit = await pricing.quote('ENCORE10');
    assert.equal((await hit.spans())[0].annotations['shop.cache_hit'], true);
    assert.equal(asked(), 1);
    now += 60_000;
    const miss = await pricing.quote('ENCORE10');
    assert.equal((await miss.spans())[0].annotations['shop.cache_hit'], false);
    assert.equal(asked(), 2);
  });

  it('refuses an unknown code and an expired one without reserving a use', async () => {
    const { calls, client } = fakePromotions();
    await using pricing = await serve(client);
    const unknown = await pricing.quote('NOSUCH');
    assert.deepEqual([unknown.status, unknown.body.error.code], [404, 'no_promo']);
    const expired = await pricing.quote('LASTYEAR');
    assert.deepEqual([expired.status, expired.body.error.code], [410, 'promo_expired']);
    await pricing.quote('NOSUCH');
    assert.deepEqual(calls, ['get NOSUCH', 'get LASTYEAR', 'get NOSUCH']);
  });

  it('does not remember that promotions was down', async () => {
    const { client } = fakePromotions();
    let down = true;
    const get: Promotions['get'] = (input) =>
      down ? Promise.reject(new HttpError(503, 'upstream_unavailable', 'down')) : client.get(input);
    await using pricing = await serve(fakeClient<typeof promotionsApi>({ ...client, get, reserve: client.reserve }));
    assert.equal((await pricing.quote('ENCORE10')).status, 503);
    down = false;
    assert.equal((await pricing.quote('ENCORE10')).status, 201);
  });

  it('passes on that a code is used up', async () => {
    const { client } = fakePromotions();
    const reserve = () => Promise.reject(new HttpError(409, 'promo_used_up', 'every use is taken'));
    await using pricing = await serve(fakeClient<typeof promotionsApi>({ get: client.get, reserve }));
    const reply = await pricing.quote('ENCORE10');
    assert.deepEqual([reply.status, reply.body.error.code], [409, 'promo_used_up']);
  });

  it('confirms and releases uses through promotions', async () => {
    const { calls, client } = fakePromotions();
    await using pricing = await serve(client);
    const id = randomUUID();
    assert.deepEqual((await pricing.on(id, 'confirm', 'ENCORE10')).body, { confirmed: true });
    assert.deepEqual((await pricing.on(id, 'release', 'ENCORE10')).body, { released: true });
    assert.deepEqual((await pricing.on(id, 'release', 'NOSUCH')).body, { released: false });
    assert.deepEqual(calls, [`confirm ENCORE10 ${id}`, `give back ENCORE10 ${id}`, `give back NOSUCH ${id}`]);
  });

  it('refuses what is not a purchase', async () => {
    await using pricing = await serve(fakePromotions().client);
    const line = { section: 'A', price_cents: 8_900, quantity: 1 };
    for (const over of [
      { lines: [] },
      { lines: [{ ...line, quantity: 0 }] },
      { lines: [{ ...line, quantity: Number.MAX_SAFE_INTEGER }] },
      { lines: [{ ...line, price_cents: 1.5 }] },
      { purchase_id: 'nonsense' },
      { promo_code: 'lower' },
    ]) {
      assert.equal((await pricing.quote(undefined, undefined, over)).status, 400, JSON.stringify(over));
    }
  });

  it('shows both calls in the trace when the terms are not at hand, and one when they are', async () => {
    const { client } = fakePromotions();
    await using promotions = await startApp(
      createService({
        api: promotionsApi,
        handlers: {
          get: (input) => client.get(input),
          reserve: (input) => client.reserve(input),
          confirm: (input) => client.confirm(input),
          giveBack: (input) => client.giveBack(input),
        },
        log: silentLog,
      }),
    );
    await using pricing = await serve(httpClient(promotionsApi, { name: 'promotions', baseUrl: promotions.url }));
    const called = async () => {
      const [server, ...rest] = await (await pricing.quote('ENCORE10')).spans();
      const own = rest.filter(({ kind, parent_id }) => kind === 'client' && parent_id === server.span_id);
      return own.map(({ http }) => `${http?.method} ${new URL(http?.url ?? '').pathname}`);
    };
    assert.deepEqual(await called(), ['GET /promotions/ENCORE10', 'POST /promotions/ENCORE10/uses']);
    assert.deepEqual(await called(), ['POST /promotions/ENCORE10/uses']);
  });
});
