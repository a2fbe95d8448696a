import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import { noPromo } from './find-promotion.ts';
import type { Store, Use } from './store.ts';

/** A use given back between the refusal and the look at it is worth another try, but not for ever. */
const TRIES = 5;

const usedUp = (code: string): HttpError =>
  new HttpError(409, 'promo_used_up', `every use of the promo code ${code} is taken`);

/** One conditional write decides; only when it is refused is the code looked at, to say why. */
export async function reserveUse(store: Store, use: Use, now: () => number): Promise<{ reserved: boolean }> {
  tracing.annotate({ 'shop.promo_code': use.code, 'shop.purchase_id': use.purchase_id });
  for (let tries = 0; tries < TRIES; tries += 1) {
    const at = now();
    if (await store.reserve(use, at)) return { reserved: true };
    const found = await store.look(use);
    if (!found) throw noPromo(use.code);
    if (found.taken) return { reserved: true };
    if (found.givenBack) throw new HttpError(409, 'use_given_back', 'this purchase has given its use back');
    if (found.expires <= at) throw new HttpError(410, 'promo_expired', `the promo code ${use.code} has expired`);
    if (found.remaining <= 0) throw usedUp(use.code);
  }
  throw usedUp(use.code);
}
