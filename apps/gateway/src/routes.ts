import type { gatewayApi } from '@throughline/contracts';
import { checkOut } from './check-out.ts';
import type { Neighbours } from './neighbours.ts';
import { signIn } from './sign-in.ts';
import type { PublicHandlers } from './with-sessions.ts';

export const routes = ({
  accounts,
  catalog,
  seats,
  checkout,
  orders,
}: Neighbours): PublicHandlers<typeof gatewayApi> => ({
  signIn: ({ body }) => signIn(accounts, body),
  listEvents: (input) => catalog.listEvents(input),
  getEvent: (input) => catalog.getEvent(input),
  listFreeSeats: (input) => seats.listFree(input),
  hold: ({ body }, { account_id }) => seats.hold({ body: { ...body, account_id } }),
  releaseHold: ({ params }, { account_id }) => seats.release({ params, body: { account_id } }),
  checkout: (input, session) => checkOut(checkout, input, session),
  listOrders: ({ query }, { account_id }) => orders.list({ query: { ...query, account_id } }),
  getOrder: ({ params }, { account_id }) => orders.get({ params, query: { account_id } }),
});
