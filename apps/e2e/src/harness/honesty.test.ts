import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Snapshot } from './books.ts';
import { wrongsIn } from './honesty.ts';

const id = 'p-1';
const request = { hold_id: 'h-1', promo_code: 'ENCORE10' };
const order = { order_id: 'o-1', purchase_id: id, event_id: 'evt_01', seat_ids: ['A-1-1', 'A-1-2'], total_cents: 100 };
const seat = { event_id: 'evt_01', status: 'sold', purchase_id: id } as const;
const charge = { reference: id, state: 'captured', amount_cents: 100 } as const;
const promotion = { code: 'ENCORE10', total: 10, remaining: 9, uses: { [id]: 'confirmed' } };

const sold: Snapshot = {
  purchases: [{ id: 'key', purchase_id: id, step: 'confirm', answer: { receipt: {} }, request }],
  orders: [{ ...order, status: 'confirmed' }],
  seats: order.seat_ids.map((seat_id) => ({ ...seat, seat_id })),
  tickets: order.seat_ids.map((seat_id) => ({ order_id: 'o-1', seat_id })),
  authorisations: [charge],
  mails: ['order-o-1.eml'],
  promotions: [promotion],
};
const undone: Snapshot = {
  ...sold,
  purchases: [{ id: 'key', purchase_id: id, step: 'undo', answer: { refusal: { code: 'capture_refused' } }, request }],
  orders: [{ ...order, status: 'cancelled' }],
  seats: [],
  tickets: [],
  authorisations: [{ ...charge, state: 'voided' }],
  mails: [],
  promotions: [{ ...promotion, remaining: 10, uses: {} }],
};

test('books of a purchase that was sold or undone are in order', () => {
  assert.deepEqual([wrongsIn(sold), wrongsIn(undone)], [[], []]);
});

const spoilt: Readonly<Record<string, Snapshot>> = {
  'a purchase that is still open': { ...sold, purchases: sold.purchases.map((each) => ({ ...each, open: 'y' })) },
  'a charge without an order': { ...sold, orders: [] },
  'an order that was never charged': { ...sold, authorisations: [{ ...charge, state: 'authorised' }] },
  'two charges': { ...sold, authorisations: [charge, { ...charge, reference: `${id}-again` }] },
  'a charge of another amount': { ...sold, authorisations: [{ ...charge, amount_cents: 99 }] },
  'a seat without its ticket': { ...sold, tickets: sold.tickets.slice(1) },
  'an order without its mail': { ...sold, mails: [] },
  'a seat that was not sold': { ...sold, seats: sold.seats.slice(1) },
  'a promo use that is only reserved': { ...sold, promotions: [{ ...promotion, uses: { [id]: 'reserved' } }] },
  'a promo use that was not counted': { ...sold, promotions: [{ ...promotion, remaining: 10 }] },
  'seats kept for what was undone': { ...undone, seats: sold.seats },
  'a charge kept for what was undone': { ...undone, authorisations: [charge] },
  'a promo use kept for what was undone': { ...undone, promotions: [promotion] },
  'an order kept for what was undone': { ...undone, orders: sold.orders },
  "a sale that is nobody's": { ...sold, purchases: [] },
};

for (const [what, books] of Object.entries(spoilt)) {
  test(`${what} is a wrong`, () => {
    assert.notDeepEqual(wrongsIn(books), []);
  });
}

test('a seat sold to two purchases is a wrong', () => {
  const other = { ...order, order_id: 'o-2', purchase_id: 'p-2', status: 'confirmed' } as const;
  const wrongs = wrongsIn({ ...sold, orders: [...sold.orders, other] });
  assert.ok(wrongs.includes('seat evt_01 A-1-1 is sold twice'));
});
