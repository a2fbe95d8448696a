import { z } from 'zod';
import { Cents, EventId, Id, PromoCode, Section } from './common.ts';
import { defineApi } from './endpoint.ts';

export const QuoteLine = z.object({ section: Section, price_cents: Cents, quantity: z.int().min(1) });
export const Quote = z.object({
  subtotal_cents: Cents,
  fees_cents: Cents,
  discount_cents: Cents,
  total_cents: Cents,
  promo_code: PromoCode.nullable(),
});
export type Quote = z.infer<typeof Quote>;
const purchase = z.object({ purchase_id: Id });

export const pricingApi = defineApi({
  quote: {
    method: 'POST',
    path: '/quotes',
    summary: 'Price a purchase; a use of its promo code is reserved under its id',
    body: z.object({
      purchase_id: Id,
      event_id: EventId,
      lines: z.array(QuoteLine).min(1),
      promo_code: PromoCode.optional(),
    }),
    status: 201,
    response: Quote,
    errors: { 404: ['no_promo'], 409: ['promo_used_up', 'use_given_back'], 410: ['promo_expired'] },
  },
  confirm: {
    method: 'POST',
    path: '/quotes/:purchase_id/confirm',
    summary: 'The purchase was made: its reserved promo use is spent',
    params: purchase,
    body: z.object({ promo_code: PromoCode }),
    status: 200,
    response: z.object({ confirmed: z.boolean() }),
    errors: { 409: ['use_given_back'] },
  },
  release: {
    method: 'POST',
    path: '/quotes/:purchase_id/release',
    summary: 'The purchase was undone: its promo use is given back, and none can be reserved for it any more',
    params: purchase,
    body: z.object({ promo_code: PromoCode }),
    status: 200,
    response: z.object({ released: z.boolean() }),
  },
});
