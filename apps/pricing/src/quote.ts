import type { Parsed, pricingApi, Quote } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import { price } from './price.ts';
import type { Neighbours } from './routes.ts';

/** A code that is unknown or expired is refused from what is known of it; only a good one has a use reserved. */
export async function quote(
  { promotions, terms, now }: Neighbours,
  { purchase_id, event_id, lines, promo_code }: Parsed<typeof pricingApi.quote>['body'],
): Promise<Quote> {
  tracing.annotate({
    'shop.purchase_id': purchase_id,
    'shop.event_id': event_id,
    'shop.seat_count': lines.reduce((seats, { quantity }) => seats + quantity, 0),
  });
  if (promo_code === undefined) return price(lines);
  tracing.annotate({ 'shop.promo_code': promo_code });
  const { promotion, cacheHit } = await terms(promo_code);
  tracing.annotate({ 'shop.cache_hit': cacheHit });
  if (Date.parse(promotion.expires_at) <= now()) {
    throw new HttpError(410, 'promo_expired', `the promo code ${promo_code} has expired`);
  }
  const quoted = price(lines, promotion);
  await promotions.reserve({ params: { code: promo_code }, body: { purchase_id } });
  return quoted;
}
