import { z } from 'zod';
import { AccountId, Cents, Id } from './common.ts';
import { defineApi } from './endpoint.ts';

/** Test cards: 4242 4242 4242 4242 is accepted, 4000 0000 0000 0002 declined, 4000 0000 0000 0341 authorised but not captured. */
export const Card = z.strictObject({
  number: z.string().regex(/^\d{12,19}$/, 'a card number is 12 to 19 digits'),
  expires: z.string().regex(/^(0[1-9]|1[0-2])\/\d{2}$/, 'an expiry date is MM/YY'),
  cvc: z.string().regex(/^\d{3,4}$/, 'a CVC is 3 or 4 digits'),
});
export type Card = z.infer<typeof Card>;

export const Payment = z.object({
  purchase_id: Id,
  amount_cents: Cents,
  state: z.enum(['authorised', 'captured', 'voided', 'refunded', 'declined']),
  authorisation_id: z.string().nullable(),
});
export type Payment = z.infer<typeof Payment>;
const params = z.object({ purchase_id: Id });

export const paymentsApi = defineApi({
  authorise: {
    method: 'POST',
    path: '/payments',
    summary: 'Score the purchase and have the bank reserve the amount, once a purchase',
    body: z.object({ purchase_id: Id, account_id: AccountId, amount_cents: Cents, card: Card }),
    status: 201,
    response: Payment,
    errors: {
      402: ['card_declined', 'card_expired'],
      403: ['refused_by_fraud_check'],
      409: ['payment_voided', 'in_progress'],
    },
  },
  capture: {
    method: 'POST',
    path: '/payments/:purchase_id/capture',
    summary: 'Take the authorised amount, once',
    params,
    status: 200,
    response: Payment,
    errors: { 402: ['capture_refused'], 404: ['no_payment'], 409: ['payment_voided', 'not_authorised'] },
  },
  void: {
    method: 'POST',
    path: '/payments/:purchase_id/void',
    summary:
      'Undo a payment whatever its state: void an authorisation, refund a capture; an authorise that comes later is refused',
    params,
    status: 200,
    response: z.object({ purchase_id: Id, state: z.enum(['voided', 'refunded', 'declined']) }),
  },
});
