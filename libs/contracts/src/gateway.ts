import { z } from 'zod';
import { accountsApi, Credentials, Session } from './accounts.ts';
import { catalogApi, EventParams } from './catalog.ts';
import { CheckoutRequest, checkoutErrors, Receipt } from './checkout.ts';
import { Id, IdempotencyKey } from './common.ts';
import { defineApi } from './endpoint.ts';
import { Order } from './orders.ts';
import { Hold, HoldParams, HoldRequest, seatsApi } from './seats.ts';

const noSession = { 401: ['no_session'] } as const;

/** The public API. */
export const gatewayApi = defineApi({
  signIn: { ...accountsApi.signIn, body: Credentials, response: Session.omit({ email: true }) },
  listEvents: catalogApi.listEvents,
  getEvent: catalogApi.getEvent,
  listFreeSeats: { ...seatsApi.listFree, params: EventParams },
  hold: {
    method: 'POST',
    path: '/holds',
    summary: 'Hold up to eight seats for a few minutes, all of them or none',
    body: HoldRequest,
    status: 201,
    response: Hold,
    errors: { ...noSession, 404: ['no_seat'], 409: ['seat_taken'] },
    signedIn: true,
  },
  releaseHold: {
    method: 'DELETE',
    path: '/holds/:hold_id',
    summary: 'Give held seats back',
    params: HoldParams,
    status: 200,
    response: z.object({ released: z.int().min(0) }),
    errors: noSession,
    signedIn: true,
  },
  checkout: {
    method: 'POST',
    path: '/checkout',
    summary: 'Buy the held seats; send the same Idempotency-Key again to hear the same answer',
    headers: z.object({ 'idempotency-key': IdempotencyKey }),
    body: CheckoutRequest,
    status: 201,
    response: Receipt,
    errors: { ...noSession, ...checkoutErrors },
    signedIn: true,
  },
  listOrders: {
    method: 'GET',
    path: '/orders',
    summary: 'Your orders, the newest first',
    query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
    status: 200,
    response: z.object({ orders: z.array(Order) }),
    errors: noSession,
    signedIn: true,
  },
  getOrder: {
    method: 'GET',
    path: '/orders/:order_id',
    summary: 'One of your orders',
    params: z.object({ order_id: Id }),
    status: 200,
    response: Order,
    errors: { ...noSession, 404: ['no_order'] },
    signedIn: true,
  },
});
