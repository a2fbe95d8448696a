import type { Order } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { Store } from './store.ts';

/** Another buyer's order is answered like one that does not exist. */
export async function findOrder(store: Store, orderId: string, accountId: string): Promise<Order> {
  tracing.annotate({ 'shop.order_id': orderId, 'shop.account_id': accountId });
  const order = await store.find(orderId, accountId);
  if (!order) throw new HttpError(404, 'no_order', `there is no order ${orderId}`);
  return order;
}
