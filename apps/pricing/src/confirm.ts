import { tracing } from '@throughline/telemetry';
import type { Neighbours } from './routes.ts';

export interface PromoUse {
  readonly purchase_id: string;
  readonly promo_code: string;
}

export async function confirm(
  { promotions }: Neighbours,
  { purchase_id, promo_code }: PromoUse,
): Promise<{ confirmed: boolean }> {
  tracing.annotate({ 'shop.purchase_id': purchase_id, 'shop.promo_code': promo_code });
  return promotions.confirm({ params: { code: promo_code, purchase_id } });
}
