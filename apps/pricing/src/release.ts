import { isAnswer } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { PromoUse } from './confirm.ts';
import type { Neighbours } from './routes.ts';

/** Of a code that does not exist there is nothing to give back. */
export async function release(
  { promotions }: Neighbours,
  { purchase_id, promo_code }: PromoUse,
): Promise<{ released: boolean }> {
  tracing.annotate({ 'shop.purchase_id': purchase_id, 'shop.promo_code': promo_code });
  try {
    return await promotions.giveBack({ params: { code: promo_code, purchase_id } });
  } catch (error) {
    if (isAnswer(error, 'no_promo')) return { released: false };
    throw error;
  }
}
