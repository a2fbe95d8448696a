import { z } from 'zod';
import { AccountId, Cents, Email, EventId, Id, IdempotencyKey, PromoCode, SeatId } from './common.ts';
import { defineApi } from './endpoint.ts';
import { Card } from './payments.ts';
import { Quote } from './pricing.ts';

export const CheckoutRequest = z.strictObject({
  event_id: EventId,
  hold_id: Id,
  card: Card,
  promo_code: PromoCode.optional(),
});

export const Receipt = z.object({
  purchase_id: Id,
  order_id: Id,
  event_id: EventId,
  seat_ids: z.array(SeatId),
  quote: Quote,
  total_cents: Cents,
});
export type Receipt = z.infer<typeof Receipt>;

/** What a buyer may read when a purchase did not come about; everything that was done has been undone. */
export const checkoutErrors = {
  402: ['card_declined', 'card_expired', 'capture_refused'],
  403: ['refused_by_fraud_check'],
  404: ['no_event', 'no_hold', 'no_promo'],
  409: ['in_progress', 'promo_used_up', 'sold_to_another', 'purchase_failed'],
  410: ['hold_expired', 'promo_expired'],
  422: ['key_reused'],
  503: ['purchase_undecided'],
} as const;

export const checkoutApi = defineApi({
  purchase: {
    method: 'POST',
    path: '/purchases',
    summary: 'Buy the held seats; the same idempotency key gets the same answer',
    headers: z.object({ 'idempotency-key': IdempotencyKey }),
    body: CheckoutRequest.extend({ account_id: AccountId, email: Email }),
    status: 201,
    response: Receipt,
    errors: checkoutErrors,
  },
});
