import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import { noPromo } from './find-promotion.ts';
import type { Store, Use } from './store.ts';

/** Also after the code has expired: what was reserved in time is spent. */
export async function confirmUse(store: Store, use: Use): Promise<{ confirmed: boolean }> {
  tracing.annotate({ 'shop.promo_code': use.code, 'shop.purchase_id': use.purchase_id });
  if (await store.confirm(use)) return { confirmed: true };
  if (!(await store.look(use))) throw noPromo(use.code);
  throw new HttpError(409, 'use_given_back', 'no use is reserved for this purchase: it was given back, or never taken');
}
