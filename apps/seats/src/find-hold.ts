import type { Hold } from '@throughline/contracts';
import { annotateHold, holdExpired, noHold, toAnswer } from './hold.ts';
import type { Store } from './store.ts';

/** A buyer's hold. A sold one is still found: to whom it may be sold is `confirm`'s to judge. */
export async function findHold(
  store: Store,
  { hold_id, account_id }: { hold_id: string; account_id: string },
): Promise<Hold> {
  const hold = await store.findHold(hold_id, account_id);
  if (!hold) throw noHold(hold_id);
  annotateHold(hold);
  if (hold.state === 'gone') throw holdExpired();
  return toAnswer(hold);
}
