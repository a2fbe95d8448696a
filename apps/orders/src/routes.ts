import type { ordersApi } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import { cancelOrder } from './cancel-order.ts';
import { confirmOrder } from './confirm-order.ts';
import { createOrder } from './create-order.ts';
import { findOrder } from './find-order.ts';
import { listOrders } from './list-orders.ts';
import type { Outbox } from './publish-outbox.ts';
import type { Store } from './store.ts';

export const routes = (store: Store, outbox: Pick<Outbox, 'kick'>): Handlers<typeof ordersApi> => ({
  create: ({ body }) => createOrder(store, body),
  confirm: ({ params }) => confirmOrder(store, outbox, params.purchase_id),
  cancel: ({ params }) => cancelOrder(store, params.purchase_id),
  get: ({ params, query }) => findOrder(store, params.order_id, query.account_id),
  list: ({ query }) => listOrders(store, query.account_id, query.limit),
});
