import type { Parsed, Payment, paymentsApi } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import { answerOf } from './answer.ts';
import { claimPurchase } from './claim-purchase.ts';
import type { Neighbours } from './routes.ts';
import type { Outcome } from './store.ts';

type Order = Parsed<typeof paymentsApi.authorise>['body'];

/**
 * One call at a time authorises a purchase; the others read what came of it. The bank knows the purchase by its id, so that a
 * call which takes over from one that died reserves no second amount.
 */
export async function authorise(neighbours: Neighbours, order: Order): Promise<Payment> {
  const { store } = neighbours;
  const { purchase_id, account_id, amount_cents } = order;
  tracing.annotate({
    'shop.purchase_id': purchase_id,
    'shop.account_id': account_id,
    'shop.amount_cents': amount_cents,
  });
  const claimed = await claimPurchase(neighbours, order);
  if ('known' in claimed) return answerOf(claimed.known);
  const { claim, takenOver } = claimed;
  const outcome = await decide(neighbours, order, takenOver).catch(async (error: unknown) => {
    // Nothing is decided: the next call need not wait for the lease to end.
    await store.abandon(purchase_id, claim).catch(() => false);
    throw error;
  });
  const settled = await store.settle(purchase_id, claim, outcome);
  return answerOf(settled ? { purchase_id, amount_cents, ...outcome } : await store.get(purchase_id));
}

async function decide({ fraud, bank }: Neighbours, order: Order, takenOver: boolean): Promise<Outcome> {
  const { purchase_id, account_id, amount_cents, card } = order;
  const { decision } = await fraud.score({ body: { purchase_id, account_id, amount_cents } });
  if (decision === 'refuse') {
    // Whoever had the purchase before may have reached the bank, or may yet.
    if (takenOver) await bank.void({ params: { reference: purchase_id } });
    return { state: 'declined', reason: 'refused_by_fraud_check', authorisation_id: null };
  }
  const { id, state, reason } = await bank.authorise({ body: { reference: purchase_id, amount_cents, card } });
  if (state === 'declined') {
    return { state, reason: reason === 'card_expired' ? reason : 'card_declined', authorisation_id: id };
  }
  return { state, reason: null, authorisation_id: id };
}
