import type { Client, pricingApi, promotionsApi } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import { confirm } from './confirm.ts';
import { quote } from './quote.ts';
import { release } from './release.ts';
import type { Terms } from './terms.ts';

export interface Neighbours {
  readonly promotions: Client<typeof promotionsApi>;
  readonly terms: Terms;
  readonly now: () => number;
}

export const routes = (neighbours: Neighbours): Handlers<typeof pricingApi> => ({
  quote: ({ body }) => quote(neighbours, body),
  confirm: ({ params, body }) => confirm(neighbours, { ...params, ...body }),
  release: ({ params, body }) => release(neighbours, { ...params, ...body }),
});
