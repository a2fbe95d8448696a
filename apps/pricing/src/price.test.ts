import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { feeRule, price } from './price.ts';

const promotion = (percent: number) => ({ code: 'ENCORE10', percent, uses: 1, expires_at: '2099-12-31T23:59:59Z' });

describe('a price', () => {
  it('has its fee and discount rounded to whole cents', () => {
    const quote = price([{ section: 'A', price_cents: 3_333, quantity: 1 }], promotion(25));
    assert.equal(quote.fees_cents, 200 + 150);
    assert.equal(quote.discount_cents, 833);
  });

  it('has a fee that does not grow without end', () => {
    const { fees_cents } = price([{ section: 'A', price_cents: 900_000, quantity: 8 }]);
    assert.equal(fees_cents, feeRule.mostCents);
  });

  it('is the fee alone when the seats are given away', () => {
    const { subtotal_cents, discount_cents, total_cents, fees_cents } = price(
      [{ section: 'A', price_cents: 8_900, quantity: 8 }],
      promotion(100),
    );
    assert.equal(discount_cents, subtotal_cents);
    assert.equal(total_cents, fees_cents);
    assert.equal(price([{ section: 'A', price_cents: 0, quantity: 1 }]).total_cents, 150);
  });
});
