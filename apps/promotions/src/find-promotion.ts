import type { Promotion } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { Store } from './store.ts';

export const noPromo = (code: string): HttpError => new HttpError(404, 'no_promo', `there is no promo code ${code}`);

export async function findPromotion(store: Store, code: string): Promise<Promotion> {
  tracing.annotate({ 'shop.promo_code': code });
  const promotion = await store.find(code);
  if (!promotion) throw noPromo(code);
  return promotion;
}
