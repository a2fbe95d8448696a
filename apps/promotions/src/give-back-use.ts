import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import { noPromo } from './find-promotion.ts';
import type { Store, Use } from './store.ts';

/** `released` says whether this call freed a use; either way none can be reserved for the purchase any more. */
export async function giveBackUse(store: Store, use: Use): Promise<{ released: boolean }> {
  tracing.annotate({ 'shop.promo_code': use.code, 'shop.purchase_id': use.purchase_id });
  if (await store.giveBack(use)) return { released: true };
  if (await store.refuseLater(use)) return { released: false };
  const found = await store.look(use);
  if (!found) throw noPromo(use.code);
  if (found.givenBack) return { released: false };
  // A reservation came in between the first two writes; nothing but giving it back can follow it.
  if (await store.giveBack(use)) return { released: true };
  if ((await store.look(use))?.givenBack) return { released: false };
  throw new HttpError(503, 'try_again', `the use of ${use.code} could not be given back; try again`);
}
