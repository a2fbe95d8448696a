import type { Answer, paymentsApi } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import type { Neighbours } from './routes.ts';

/**
 * First our own mark, after which nothing is authorised or captured any more, then the bank. An authorisation that is under way
 * reaches the bank before, and is voided there, or after, and is refused there: the reference is closed for good.
 */
export async function voidPayment(
  { store, bank }: Neighbours,
  purchase_id: string,
): Promise<Answer<typeof paymentsApi.void>> {
  tracing.annotate({ 'shop.purchase_id': purchase_id });
  if (await store.startVoid(purchase_id)) {
    const answer = await bank.void({ params: { reference: purchase_id } });
    const state = answer.state === 'refunded' ? 'refunded' : 'voided';
    if (await store.endVoid(purchase_id, state)) return { purchase_id, state };
  }
  const { state } = await store.get(purchase_id);
  return { purchase_id, state: state === 'refunded' || state === 'declined' ? state : 'voided' };
}
