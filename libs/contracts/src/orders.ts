import { z } from 'zod';
import { AccountId, Cents, Email, EventId, Id, SeatId, Timestamp } from './common.ts';
import { defineApi } from './endpoint.ts';

export const Order = z.object({
  order_id: Id,
  purchase_id: Id,
  account_id: AccountId,
  event_id: EventId,
  seat_ids: z.array(SeatId).min(1),
  total_cents: Cents,
  status: z.enum(['pending', 'confirmed', 'cancelled']),
  created_at: Timestamp,
});
export type Order = z.infer<typeof Order>;
const params = z.object({ purchase_id: Id });

export const ordersApi = defineApi({
  create: {
    method: 'POST',
    path: '/orders',
    summary: 'Record a pending order, once a purchase',
    body: z.object({
      purchase_id: Id,
      account_id: AccountId,
      email: Email,
      event_id: EventId,
      seat_ids: z.array(SeatId).min(1),
      total_cents: Cents,
    }),
    status: 201,
    response: Order,
    errors: { 409: ['order_cancelled'] },
  },
  confirm: {
    method: 'POST',
    path: '/purchases/:purchase_id/order/confirm',
    summary: 'Confirm the order and write its outbox row in one transaction',
    params,
    status: 200,
    response: Order,
    errors: { 404: ['no_order'], 409: ['order_cancelled'] },
  },
  cancel: {
    method: 'POST',
    path: '/purchases/:purchase_id/order/cancel',
    summary: 'Cancel an order that is not confirmed; none can be created or confirmed for this purchase afterwards',
    params,
    status: 200,
    response: z.object({ cancelled: z.literal(true) }),
    errors: { 409: ['order_confirmed'] },
  },
  get: {
    method: 'GET',
    path: '/orders/:order_id',
    summary: "One of a buyer's orders",
    params: z.object({ order_id: Id }),
    query: z.object({ account_id: AccountId }),
    status: 200,
    response: Order,
    errors: { 404: ['no_order'] },
  },
  list: {
    method: 'GET',
    path: '/orders',
    summary: "A buyer's orders, the newest first",
    query: z.object({ account_id: AccountId, limit: z.coerce.number().int().min(1).max(100).default(20) }),
    status: 200,
    response: z.object({ orders: z.array(Order) }),
  },
});
