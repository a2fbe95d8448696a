import { z } from 'zod';
import { Id, PromoCode, Timestamp } from './common.ts';
import { defineApi } from './endpoint.ts';

export const Promotion = z.object({
  code: PromoCode,
  percent: z.int().min(1).max(100),
  uses: z.int().min(1).max(2000),
  expires_at: Timestamp,
});
export type Promotion = z.infer<typeof Promotion>;
const params = z.object({ code: PromoCode });
const use = z.object({ code: PromoCode, purchase_id: Id });

export const promotionsApi = defineApi({
  get: {
    method: 'GET',
    path: '/promotions/:code',
    summary: 'The terms of a promo code, expired or not',
    params,
    status: 200,
    response: Promotion,
    errors: { 404: ['no_promo'] },
  },
  reserve: {
    method: 'POST',
    path: '/promotions/:code/uses',
    summary: 'Reserve one use for a purchase; again for the same purchase changes nothing',
    params,
    body: z.object({ purchase_id: Id }),
    status: 201,
    response: z.object({ reserved: z.boolean() }),
    errors: { 404: ['no_promo'], 409: ['promo_used_up', 'use_given_back'], 410: ['promo_expired'] },
  },
  confirm: {
    method: 'POST',
    path: '/promotions/:code/uses/:purchase_id/confirm',
    summary: 'A reserved use is spent',
    params: use,
    status: 200,
    response: z.object({ confirmed: z.boolean() }),
    errors: { 404: ['no_promo'], 409: ['use_given_back'] },
  },
  giveBack: {
    method: 'POST',
    path: '/promotions/:code/uses/:purchase_id/give-back',
    summary: 'Give a use back; it can never be reserved for this purchase again, also by a call that comes late',
    params: use,
    status: 200,
    response: z.object({ released: z.boolean() }),
    errors: { 404: ['no_promo'] },
  },
});
