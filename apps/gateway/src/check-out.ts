import type { gatewayApi, Parsed, Receipt, Session } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import type { Neighbours } from './neighbours.ts';

/** Buys for the signed-in buyer, under the buyer's own idempotency key; the tickets go to the session's address. */
export async function checkOut(
  checkout: Neighbours['checkout'],
  { headers, body }: Parsed<typeof gatewayApi.checkout>,
  { account_id, email }: Session,
): Promise<Receipt> {
  tracing.annotate({ 'shop.event_id': body.event_id });
  const receipt = await checkout.purchase({ headers, body: { ...body, account_id, email } });
  tracing.annotate({
    'shop.purchase_id': receipt.purchase_id,
    'shop.order_id': receipt.order_id,
    'shop.amount_cents': receipt.total_cents,
    'shop.seat_count': receipt.seat_ids.length,
  });
  return receipt;
}
