import { randomUUID } from 'node:crypto';
import {
  accountId,
  gatewayApi,
  type accountsApi,
  type catalogApi,
  type checkoutApi,
  type Endpoint,
  type Order,
  type ordersApi,
  type Receipt,
  type seatsApi,
  type Session,
} from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { fakeClient } from '@throughline/testing';
import type { Neighbours } from './neighbours.ts';

/** One valid request for each public route, and neighbours that answer it. */
type Sample = Partial<Record<'params' | 'query' | 'headers' | 'body', Record<string, unknown>>>;

const email = 'buyer-007@example.com';
export const account_id = accountId(email);
const expires_at = '2027-01-02T00:00:00.000Z';
export const session: Session = { token: `ses_${'a'.repeat(32)}`, account_id, email, expires_at };
const seat_ids = ['A-1-1', 'A-1-2'];

export const samples: Record<keyof typeof gatewayApi, Sample> = {
  signIn: { body: { email, password: 'open-the-doors' } },
  listEvents: { query: { limit: 5, after: 'evt_01' } },
  getEvent: { params: { event_id: 'evt_01' } },
  listFreeSeats: { params: { event_id: 'evt_01' }, query: { section: 'A', limit: 5 } },
  hold: { body: { event_id: 'evt_01', seat_ids } },
  releaseHold: { params: { hold_id: randomUUID() } },
  checkout: {
    headers: { 'idempotency-key': 'key-00000001' },
    body: {
      event_id: 'evt_01',
      hold_id: randomUUID(),
      promo_code: 'ENCORE10',
      card: { number: '4242424242424242', expires: '12/30', cvc: '123' },
    },
  },
  listOrders: { query: { limit: 5 } },
  getOrder: { params: { order_id: randomUUID() } },
};

export const endpoints = Object.entries(gatewayApi) as [keyof typeof gatewayApi, Endpoint][];

/** The request that a sample stands for, as `RunningApp.request` takes it. */
export function requestOf(
  endpoint: Endpoint,
  { params = {}, query = {}, headers = {}, body }: Sample,
): [method: string, path: string, options: { headers: Record<string, string>; body?: unknown }] {
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return [endpoint.method, search ? `${path}?${search}` : path, { headers: Object.fromEntries(texts), body }];
}

export const signedIn = { authorization: `Bearer ${session.token}` };

export const receipt: Receipt = {
  purchase_id: randomUUID(),
  order_id: randomUUID(),
  event_id: 'evt_01',
  seat_ids,
  quote: { subtotal_cents: 200, fees_cents: 20, discount_cents: 0, total_cents: 220, promo_code: null },
  total_cents: 220,
};

const order: Order = {
  order_id: receipt.order_id,
  purchase_id: receipt.purchase_id,
  account_id,
  event_id: 'evt_01',
  seat_ids,
  total_cents: 220,
  status: 'confirmed',
  created_at: expires_at,
};
const hold = { hold_id: randomUUID(), event_id: 'evt_01', seat_ids, expires_at };
const summary = {
  id: 'evt_01',
  title: 'Night Trains',
  starts_at: expires_at,
  venue: { id: 'ven_1', name: 'Hall', city: 'Lisbon' },
};

const section = { section: 'A', name: 'Floor', price_cents: 100, rows: 20, seats_per_row: 40 };

/** Neighbours to whom everything is right, and what they were asked. */
export function kindNeighbours(): { neighbours: Neighbours; asked: [name: string, input: unknown][] } {
  const asked: [string, unknown][] = [];
  const answers =
    <T>(name: string, answer: T) =>
    (input: unknown): Promise<T> => {
      asked.push([name, input]);
      return Promise.resolve(answer);
    };
  const neighbours: Neighbours = {
    accounts: fakeClient<typeof accountsApi>({
      signIn: answers('accounts.signIn', session),
      session: async (input) => {
        asked.push(['accounts.session', input]);
        if (input.body.token !== session.token) throw new HttpError(401, 'no_session', 'there is no such session');
        return session;
      },
    }),
    catalog: fakeClient<typeof catalogApi>({
      listEvents: answers('catalog.listEvents', { events: [summary], next: null }),
      getEvent: answers('catalog.getEvent', { ...summary, sections: [section] }),
    }),
    seats: fakeClient<typeof seatsApi>({
      listFree: answers('seats.listFree', { event_id: 'evt_01', free: 0, seats: [] }),
      hold: answers('seats.hold', hold),
      release: answers('seats.release', { released: 2 }),
    }),
    checkout: fakeClient<typeof checkoutApi>({ purchase: answers('checkout.purchase', receipt) }),
    orders: fakeClient<typeof ordersApi>({
      list: answers('orders.list', { orders: [order] }),
      get: answers('orders.get', order),
    }),
  };
  return { neighbours, asked };
}

/** Neighbours whom nobody may ask anything. */
export const noNeighbours: Neighbours = {
  accounts: fakeClient<typeof accountsApi>({}),
  catalog: fakeClient<typeof catalogApi>({}),
  seats: fakeClient<typeof seatsApi>({}),
  checkout: fakeClient<typeof checkoutApi>({}),
  orders: fakeClient<typeof ordersApi>({}),
};
