import type { Payment } from '@throughline/contracts';
import { HttpError, isAnswer } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import { voided } from './answer.ts';
import type { Neighbours } from './routes.ts';
import type { StoredPayment } from './store.ts';

/** Bank first, then our own note of it: a capture that we forgot is made again, and the bank takes the amount once. */
export async function capture({ store, bank }: Neighbours, purchase_id: string): Promise<Payment> {
  tracing.annotate({ 'shop.purchase_id': purchase_id });
  const payment = await store.find(purchase_id);
  if (!payment) throw new HttpError(404, 'no_payment', `there is no payment for ${purchase_id}`);
  if (payment.state !== 'authorised') return captured(payment);
  try {
    await bank.capture({ params: { reference: purchase_id } });
  } catch (error) {
    if (isAnswer(error, 'no_authorisation')) {
      throw new HttpError(502, 'upstream_failed', 'bank: it does not know its own authorisation', { cause: error });
    }
    // The bank lets an authorisation go when we void it: then our own state says so.
    if (isAnswer(error, 'not_authorised')) return captured(await store.get(purchase_id));
    throw error;
  }
  if (await store.markCaptured(purchase_id)) return captured({ ...payment, state: 'captured' });
  return captured(await store.get(purchase_id));
}

function captured({ purchase_id, amount_cents, state, authorisation_id }: StoredPayment): Payment {
  if (state === 'captured') return { purchase_id, amount_cents, state, authorisation_id };
  if (state === 'voiding' || state === 'voided' || state === 'refunded') throw voided();
  throw new HttpError(409, 'not_authorised', 'the payment is not authorised');
}
