import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { z } from 'zod';
import { AccountId, Cents, Email, EventId, IdempotencyKey, PromoCode, SeatId, Timestamp } from './common.ts';
import { Card } from './payments.ts';
import { SeatIds } from './seats.ts';

const refused: [string, z.ZodType, unknown[]][] = [
  ['a seat id', SeatId, ['', 'A', 'a-1-1', 'A-123-1', 'A-1-1234', 'A-1-1\n', ' A-1-1', 'A-1--1', 'A-1-1.5', 7, null]],
  ['an event id', EventId, ['evt_1', 'evt_001', 'EVT_01', 'evt_01\n', 'evt_0a', '../evt_01']],
  ['an account id', AccountId, ['acc_', 'acc_0123456789ABCDEF', 'acc_0123456789abcdef0']],
  ['a promo code', PromoCode, ['AB', 'encore10', 'A'.repeat(21), 'ENCORE 10', "A'; --"]],
  ['an idempotency key', IdempotencyKey, ['1234567', 'x'.repeat(65), 'with space', 'umlaut-ää', '12345678\n']],
  ['an amount', Cents, [-1, 0.5, 100_000_001, Number.NaN, Infinity, '5', 1e300]],
  ['an address', Email, ['x', 'a@b', `${'x'.repeat(120)}@example.com`, 'a@b.c\nBcc: d@e.f']],
  ['a time', Timestamp, ['2027-05-14', '2027-05-14T19:30:00', 'now', '2027-13-14T19:30:00Z', 0]],
  ['a list of seats', SeatIds, [[], ['A-1-1', 'A-1-1'], Array.from({ length: 9 }, (_, n) => `A-1-${n + 1}`)]],
];

for (const [what, schema, values] of refused) {
  it(`${what} is refused when it is malformed`, () => {
    for (const value of values) assert.ok(!schema.safeParse(value).success, `${JSON.stringify(value)} was taken`);
  });
}

it('a card is refused without its digits in order, and with anything beside them', () => {
  const card = { number: '4242424242424242', expires: '12/30', cvc: '123' };
  assert.ok(Card.safeParse(card).success);
  for (const wrong of [
    { number: '4242 4242' },
    { expires: '13/30' },
    { expires: '1/30' },
    { cvc: '12' },
    { pin: '1' },
  ]) {
    assert.ok(!Card.safeParse({ ...card, ...wrong }).success, JSON.stringify(wrong));
  }
});
