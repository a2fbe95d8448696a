import type { checkoutApi } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import { purchase } from './purchase.ts';
import type { SagaDeps } from './saga.ts';

export const routes = (deps: SagaDeps): Handlers<typeof checkoutApi> => ({
  purchase: ({ headers, body }) => purchase(deps, headers['idempotency-key'], body),
});
