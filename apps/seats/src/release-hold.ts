import { tracing } from '@throughline/telemetry';
import { annotateHold } from './hold.ts';
import type { Store } from './store.ts';

/** Gives held seats back, or sold ones where the same purchase is undone. What another purchase bought stays. */
export function releaseHold(
  store: Store,
  { hold_id, account_id, purchase_id }: { hold_id: string; account_id: string; purchase_id?: string | undefined },
): Promise<{ released: number }> {
  if (purchase_id) tracing.annotate({ 'shop.purchase_id': purchase_id });
  return store.transaction(async (seats) => {
    const hold = await seats.lockHold(hold_id, account_id);
    if (!hold || (hold.state === 'sold' && hold.purchase_id !== purchase_id)) return { released: 0 };
    annotateHold(hold);
    await seats.lock(hold.event_id, hold.seat_ids);
    return { released: await seats.release(hold) };
  });
}
