import type { Payment } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import type { Refusal, StoredPayment } from './store.ts';

const refusals: Record<Refusal, { status: number; message: string }> = {
  card_declined: { status: 402, message: 'the bank declines the card' },
  card_expired: { status: 402, message: 'the card has expired' },
  refused_by_fraud_check: { status: 403, message: 'the fraud check refuses the purchase' },
};

export const voided = (): HttpError => new HttpError(409, 'payment_voided', 'the payment was voided');

/** What the buyer of a purchase is told, the first time and every time again. */
export function answerOf({ purchase_id, amount_cents, state, reason, authorisation_id }: StoredPayment): Payment {
  switch (state) {
    case 'authorised':
    case 'captured':
      return { purchase_id, amount_cents, state, authorisation_id };
    case 'declined': {
      const refusal = reason ?? 'card_declined';
      throw new HttpError(refusals[refusal].status, refusal, refusals[refusal].message);
    }
    case 'authorising':
      throw new HttpError(409, 'in_progress', 'this purchase is being authorised; ask again in a moment');
    case 'voiding':
    case 'voided':
    case 'refunded':
      throw voided();
  }
}
