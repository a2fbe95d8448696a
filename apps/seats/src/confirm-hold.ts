import type { Hold } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import { annotateHold, holdExpired, noHold, toAnswer } from './hold.ts';
import type { Store } from './store.ts';

/** Sells the held seats to a purchase, once. The hold is locked first, then its seats: who wants them waits in line. */
export function confirmHold(
  store: Store,
  { hold_id, account_id, purchase_id }: { hold_id: string; account_id: string; purchase_id: string },
): Promise<Hold> {
  tracing.annotate({ 'shop.purchase_id': purchase_id });
  return store.transaction(async (seats) => {
    const hold = await seats.lockHold(hold_id, account_id);
    if (!hold) throw noHold(hold_id);
    annotateHold(hold);
    if (hold.state === 'sold' && hold.purchase_id === purchase_id) return toAnswer(hold);
    if (hold.state === 'sold') throw new HttpError(409, 'sold_to_another', 'the seats were sold to another purchase');
    if (hold.state === 'gone') throw holdExpired();
    // It may have run out while its seats were waited for, and the one before us in the queue may have taken them.
    const locked = await seats.lock(hold.event_id, hold.seat_ids);
    if (locked.some((seat) => seat.hold_id !== hold_id)) throw holdExpired();
    await seats.sell(hold, purchase_id);
    return toAnswer(hold);
  });
}
