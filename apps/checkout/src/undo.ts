import type { Saga, Step } from './ledger.ts';
import type { Neighbours } from './saga.ts';

/** Steps that may have had an effect before the given one failed, that one included. */
const begun: Readonly<Record<Step, readonly Step[]>> = {
  gather: ['gather'],
  quote: ['gather', 'quote'],
  authorise: ['gather', 'quote', 'authorise'],
  order: ['gather', 'quote', 'authorise', 'order'],
  capture: ['gather', 'quote', 'authorise', 'order'],
  confirm: ['gather', 'quote', 'authorise', 'order'],
  undo: [],
};

/**
 * Undoes what was done; each call may be repeated, and leaves a mark that refuses the step should it come late. The order
 * goes first, because it decides: one that is confirmed already answers `order_confirmed`, and nothing is undone.
 */
export async function undoEffects({ orders, payments, pricing, seats }: Neighbours, saga: Saga): Promise<void> {
  const { purchase_id, request, undoFrom = 'gather' } = saga;
  const { account_id, hold_id, promo_code } = request;
  const params = { purchase_id };
  const did = (step: Step): boolean => begun[undoFrom].includes(step);

  if (did('order')) await orders.cancel({ params });
  await Promise.all([
    did('authorise') && payments.void({ params }),
    did('quote') && promo_code !== undefined && pricing.release({ params, body: { promo_code } }),
    seats.release({ params: { hold_id }, body: { account_id, purchase_id } }),
  ]);
}
