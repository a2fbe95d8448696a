import { randomUUID } from 'node:crypto';
import {
  season,
  type Client,
  type Order,
  type catalogApi,
  type ordersApi,
  type paymentsApi,
  type pricingApi,
  type seatsApi,
} from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { fakeClient } from '@throughline/testing';
import type { Neighbours } from './saga.ts';

export const ACCOUNT = 'acc_0123456789abcdef';
export const card = { number: '4242424242424242', expires: '12/30', cvc: '123' };
export const body = {
  event_id: 'evt_01',
  hold_id: randomUUID(),
  promo_code: 'ENCORE10',
  account_id: ACCOUNT,
  email: 'b@example.com',
  card,
};
const quote = {
  subtotal_cents: 17_800,
  fees_cents: 1_368,
  discount_cents: 1_780,
  total_cents: 17_388,
  promo_code: 'ENCORE10',
};

/** What the neighbours have on their books about one purchase, and which calls they saw. */
export interface World {
  readonly neighbours: Neighbours;
  readonly calls: string[];
  state: { promo: string; payment: string; order: string; seats: string };
  /** Calls by name that fail: before they have their effect, or after it (the answer is lost). */
  readonly failing: Map<string, { error: Error; after?: boolean; times?: number }>;
}

export function createWorld(): World {
  const world: World = {
    calls: [],
    failing: new Map(),
    state: { promo: 'free', payment: 'none', order: 'none', seats: 'held' },
    neighbours: {} as Neighbours,
  };
  const called = async <T>(name: string, effect: () => T): Promise<T> => {
    world.calls.push(name);
    const fault = world.failing.get(name);
    if (fault && fault.times !== undefined && fault.times-- <= 0) return effect();
    if (fault && !fault.after) throw fault.error;
    const result = effect();
    if (fault) throw fault.error;
    return result;
  };
  const set = (part: keyof World['state'], value: string): void =>
    void (world.state = { ...world.state, [part]: value });
  const hold = {
    hold_id: body.hold_id,
    event_id: body.event_id,
    seat_ids: ['A-1-1', 'A-1-2'],
    expires_at: '2099-01-01T00:00:00Z',
  };
  const order = (purchase_id: string): Order => ({
    order_id: purchase_id,
    purchase_id,
    account_id: ACCOUNT,
    event_id: body.event_id,
    seat_ids: hold.seat_ids,
    total_cents: quote.total_cents,
    status: 'pending',
    created_at: '2026-01-01T00:00:00Z',
  });
  const payment = (purchase_id: string, state: 'authorised' | 'captured') => ({
    purchase_id,
    amount_cents: quote.total_cents,
    state,
    authorisation_id: 'a',
  });
  const catalog: Partial<Client<typeof catalogApi>> = {
    getEvent: () => called('catalog.getEvent', () => season[0]!),
  };
  const seats: Partial<Client<typeof seatsApi>> = {
    getHold: () => called('seats.getHold', () => hold),
    confirm: () => called('seats.confirm', () => (set('seats', 'sold'), hold)),
    release: () => called('seats.release', () => (set('seats', 'free'), { released: 2 })),
  };
  const pricing: Partial<Client<typeof pricingApi>> = {
    quote: () => called('pricing.quote', () => (set('promo', 'reserved'), quote)),
    confirm: () => called('pricing.confirm', () => (set('promo', 'confirmed'), { confirmed: true })),
    release: () => called('pricing.release', () => (set('promo', 'free'), { released: true })),
  };
  const payments: Partial<Client<typeof paymentsApi>> = {
    authorise: ({ body: { purchase_id } }) =>
      called('payments.authorise', () => (set('payment', 'authorised'), payment(purchase_id, 'authorised'))),
    capture: ({ params: { purchase_id } }) =>
      called('payments.capture', () => (set('payment', 'captured'), payment(purchase_id, 'captured'))),
    void: ({ params }) =>
      called('payments.void', () => (set('payment', 'voided'), { ...params, state: 'voided' as const })),
  };
  const orders: Partial<Client<typeof ordersApi>> = {
    create: ({ body: { purchase_id } }) => called('orders.create', () => (set('order', 'pending'), order(purchase_id))),
    confirm: ({ params }) =>
      called(
        'orders.confirm',
        () => (set('order', 'confirmed'), { ...order(params.purchase_id), status: 'confirmed' as const }),
      ),
    cancel: () =>
      called('orders.cancel', () => {
        if (world.state.order === 'confirmed') throw new HttpError(409, 'order_confirmed', 'it is confirmed');
        set('order', 'cancelled');
        return { cancelled: true as const };
      }),
  };
  return Object.assign(world, {
    neighbours: {
      catalog: fakeClient(catalog),
      seats: fakeClient(seats),
      pricing: fakeClient(pricing),
      payments: fakeClient(payments),
      orders: fakeClient(orders),
    },
  });
}
