import type { bankApi, Client, fraudApi, paymentsApi } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import { authorise } from './authorise.ts';
import { capture } from './capture.ts';
import type { Store } from './store.ts';
import { voidPayment } from './void-payment.ts';

export interface Neighbours {
  readonly store: Store;
  readonly fraud: Client<typeof fraudApi>;
  readonly bank: Client<typeof bankApi>;
  /** How long an authorisation may be under way before another call takes it over, in ms. */
  readonly leaseMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

export const routes = (neighbours: Neighbours): Handlers<typeof paymentsApi> => ({
  authorise: ({ body }) => authorise(neighbours, body),
  capture: ({ params }) => capture(neighbours, params.purchase_id),
  void: ({ params }) => voidPayment(neighbours, params.purchase_id),
});
