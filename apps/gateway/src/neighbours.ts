import type { accountsApi, catalogApi, checkoutApi, Client, ordersApi, seatsApi } from '@throughline/contracts';

/** The services behind the public API. */
export interface Neighbours {
  readonly accounts: Client<typeof accountsApi>;
  readonly catalog: Client<typeof catalogApi>;
  readonly seats: Client<typeof seatsApi>;
  readonly checkout: Client<typeof checkoutApi>;
  readonly orders: Client<typeof ordersApi>;
}
