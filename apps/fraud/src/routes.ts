import type { accountsApi, Client, fraudApi } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import type { Profile } from './profiles.ts';
import { scorePurchase } from './score-purchase.ts';

export interface Neighbours {
  readonly accounts: Client<typeof accountsApi>;
  readonly profiles: readonly Profile[];
  /** The lowest score that is refused. */
  readonly refuseFrom: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const routes = (neighbours: Neighbours): Handlers<typeof fraudApi> => ({
  score: ({ body }) => scorePurchase(neighbours, body),
});
