import { HttpError } from '@throughline/service';
import type { Neighbours } from './routes.ts';
import type { StoredPayment } from './store.ts';

type Claimed = { claim: string; takenOver: boolean } | { known: StoredPayment };

/** Makes a purchase ours to authorise, or finds what has become of it; while another call has it, that is `in_progress`. */
export async function claimPurchase(
  { store, leaseMs, now, newId }: Neighbours,
  { purchase_id, amount_cents }: { purchase_id: string; amount_cents: number },
): Promise<Claimed> {
  const claim = newId();
  const at = now();
  const lease_until = at + leaseMs;
  const result = await store.claim({ purchase_id, amount_cents, claim, lease_until }, at);
  if (result !== 'refused') return { claim, takenOver: result === 'taken over' };
  const known = await store.get(purchase_id);
  if (known.state !== 'authorising') return { known };
  // The claim was made, its answer got lost, and the client asked the table again.
  if (known.claim === claim) return { claim, takenOver: true };
  throw new HttpError(409, 'in_progress', 'this purchase is being authorised; ask again in a moment');
}
