import type { Order } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { NewOrder, Store } from './store.ts';

/** A pending order, once a purchase: the second call gets the order of the first. */
export async function createOrder(store: Store, given: NewOrder): Promise<Order> {
  tracing.annotate({
    'shop.purchase_id': given.purchase_id,
    'shop.account_id': given.account_id,
    'shop.event_id': given.event_id,
    'shop.seat_count': given.seat_ids.length,
    'shop.amount_cents': given.total_cents,
  });
  const order = await store.create(given);
  if (order === 'cancelled') throw new HttpError(409, 'order_cancelled', 'this purchase was cancelled');
  tracing.annotate({ 'shop.order_id': order.order_id });
  return order;
}
