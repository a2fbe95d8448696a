import type { Order } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { Outbox } from './publish-outbox.ts';
import type { Store } from './store.ts';

/** The order is confirmed and its message stands in the outbox, with the trace context of this request, or neither. */
export async function confirmOrder(store: Store, outbox: Pick<Outbox, 'kick'>, purchaseId: string): Promise<Order> {
  tracing.annotate({ 'shop.purchase_id': purchaseId });
  const order = await store.confirm(purchaseId, tracing.carrier());
  if (order === 'cancelled') throw new HttpError(409, 'order_cancelled', 'this purchase was cancelled');
  if (!order) throw new HttpError(404, 'no_order', `there is no order of purchase ${purchaseId}`);
  tracing.annotate({ 'shop.order_id': order.order_id });
  outbox.kick();
  return order;
}
