import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { type Endpoint, ErrorBody, gatewayApi } from '@throughline/contracts';
import type { FleetOf } from '../harness/fleet.ts';
import { inParallel, type RequestOptions } from '../harness/shop.ts';

type Name = keyof typeof gatewayApi;

/** A body that each route accepts, to be spoilt. */
const good: Partial<Record<Name, unknown>> = {
  signIn: { email: 'buyer-001@example.com', password: 'not the password' },
  hold: { event_id: 'evt_01', seat_ids: ['A-1-1'] },
  checkout: {
    event_id: 'evt_01',
    hold_id: randomUUID(),
    card: { number: '4242424242424242', expires: '12/39', cvc: '9731' },
    promo_code: 'ENCORE10',
  },
};
const spoilt: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  1e300,
  '',
  'Ω\u0000',
  'x'.repeat(10_000),
  [],
  {},
  [[null]],
];
const badIds = [
  'nonsense',
  'evt_1',
  'evt_99999',
  '%00',
  '..%2f..%2fhealthz',
  '%F0%9F%8E%AB',
  '__proto__',
  randomUUID(),
];

/** Every copy of a body in which one value, at any depth, is another one or missing. */
function spoiltCopies(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => {
    const copy = (changed: unknown): unknown =>
      Array.isArray(value)
        ? value.map((each, index) => (String(index) === key ? changed : each))
        : { ...value, [key]: changed };
    const inner = (value as Record<string, unknown>)[key];
    return [...spoilt.map(copy), ...spoiltCopies(inner).map(copy)];
  });
}

const routes = Object.entries(gatewayApi) as [Name, Endpoint][];

/** What anybody may send to the public API. */
export function badInputSuite(fleetOf: FleetOf): void {
  /** Sends it with a session, and checks that it is refused as it should be: as the sender's mistake, in the one shape. */
  async function refused(method: string, path: string, options: RequestOptions, expected?: number): Promise<void> {
    const { shop } = fleetOf();
    const { token } = await shop.buyer(3);
    const { status, body } = await shop.request(method, path, { token, ...options });
    const what = `${method} ${path} ${JSON.stringify(options).slice(0, 300)} → ${status} ${JSON.stringify(body)}`;
    assert.ok(expected === undefined ? status >= 400 && status < 500 : status === expected, what);
    assert.match(ErrorBody.parse(body).error.trace_id ?? '', /^[0-9a-f]{32}$/, what);
  }

  for (const [name, { method, path, body, params, query, headers, signedIn }] of routes) {
    describe(`${method} ${path}`, () => {
      const somewhere = path.replaceAll(/:\w+/g, () => (path.includes('event') ? 'evt_01' : randomUUID()));
      const key = { 'idempotency-key': randomUUID() };

      if (body) {
        test('refuses each value that is missing or of another kind', async () => {
          const bad = [null, 'text', 7, [], {}, { ...(good[name] as object), extra: 1 }, ...spoiltCopies(good[name])];
          const wrong = bad.filter((each) => !body.safeParse(each).success);
          assert.ok(wrong.length > 20);
          await inParallel(8, wrong, (each) =>
            refused(method, somewhere, { body: JSON.stringify(each), headers: key }, 400),
          );
        });

        test('refuses what is no JSON, of another type, or too much', async () => {
          const sent = (text: string, more = {}) => ({ body: text, headers: { ...key, ...more } });
          await refused(method, somewhere, sent('{"event_id":'), 400);
          await refused(method, somewhere, sent('\u0000'), 400);
          await refused(method, somewhere, sent(JSON.stringify(good[name]), { 'content-type': 'text/plain' }), 415);
          await refused(method, somewhere, sent(`"${'x'.repeat(70_000)}"`), 413);
          await refused(method, somewhere, sent(JSON.stringify({ deep: 'x'.repeat(1_000_000) })), 413);
          await refused(method, somewhere, sent('{}', { 'content-encoding': 'nonsense' }));
          await refused(method, somewhere, sent('{}', { 'content-type': 'application/json; charset=nonsense' }));
        });
      }
      if (params) {
        test('refuses ids that are none, or nobody’s', async () => {
          for (const id of badIds) {
            const there = path.replaceAll(/:\w+/g, id);
            // To give back a hold that is gone is no error.
            if (name === 'releaseHold' && params.safeParse({ hold_id: id }).success) continue;
            await refused(method, there, {});
          }
        });
      }
      if (query) {
        test('refuses a query that cannot be meant', async () => {
          for (const bad of ['limit=0', 'limit=-1', 'limit=1e9', 'limit=ten', 'limit=1&limit=2', 'limit=%00']) {
            await refused(method, `${somewhere}?${bad}`, {}, 400);
          }
        });
      }
      if (headers) {
        test('refuses an idempotency key that is missing, short, long or odd', async () => {
          for (const value of [undefined, 'short', 'x'.repeat(65), 'with space in it', 'semi;colon;semi']) {
            const own: Record<string, string> = value === undefined ? {} : { 'idempotency-key': value };
            await refused(method, somewhere, { body: good[name], headers: own }, 400);
          }
        });
      }
      if (signedIn) {
        test('refuses whoever is not signed in', async () => {
          for (const authorization of ['', 'Bearer', 'Bearer nonsense', `Bearer ses_${'x'.repeat(32)}`, 'Basic YTpi']) {
            await refused(method, somewhere, { body: good[name], headers: { ...key, authorization } }, 401);
          }
        });
      }
    });
  }

  test('routes that do not exist are 404, whatever the method', async () => {
    for (const path of ['/', '/nothing', '/events/evt_01/nothing', '/checkout/x', '//', '/%', '/constructor']) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        await refused(method, path, {}, 404);
      }
    }
  });
}
