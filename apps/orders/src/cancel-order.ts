import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { Store } from './store.ts';

/** Nothing comes of this purchase any more, also if its order has yet to arrive; what is confirmed stays so. */
export async function cancelOrder(store: Store, purchaseId: string): Promise<{ cancelled: true }> {
  tracing.annotate({ 'shop.purchase_id': purchaseId });
  if (await store.cancel(purchaseId)) return { cancelled: true };
  throw new HttpError(409, 'order_confirmed', 'the order is confirmed');
}
