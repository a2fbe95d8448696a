import type { Promotion, Quote, QuoteLine } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { z } from 'zod';

/** What the shop adds to the price of the seats. */
export const feeRule = { percent: 6, centsPerSeat: 150, mostCents: 7_500 } as const;

/** The largest amount that a purchase can have, in cents: the contract's `Cents`. */
const MOST_CENTS = 100_000_000;

/** Share of an amount in whole cents, half a cent rounded up. */
const percentOf = (cents: number, percent: number): number => Math.round((cents * percent) / 100);

/** The promo's discount is on the seats, not on the fees. */
export function price(lines: readonly z.infer<typeof QuoteLine>[], promotion?: Promotion): Quote {
  const seats = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const subtotal_cents = lines.reduce((sum, { price_cents, quantity }) => sum + price_cents * quantity, 0);
  if (subtotal_cents > MOST_CENTS - feeRule.mostCents) {
    throw new HttpError(400, 'bad_request', `a purchase is ${MOST_CENTS} cents at most`);
  }
  const fee = percentOf(subtotal_cents, feeRule.percent) + feeRule.centsPerSeat * seats;
  const fees_cents = Math.min(fee, feeRule.mostCents);
  const discount_cents = promotion ? percentOf(subtotal_cents, promotion.percent) : 0;
  const total_cents = subtotal_cents + fees_cents - discount_cents;
  tracing.annotate({ 'shop.amount_cents': total_cents });
  return { subtotal_cents, fees_cents, discount_cents, total_cents, promo_code: promotion?.code ?? null };
}
