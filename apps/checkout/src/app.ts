import { checkoutApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import { routes } from './routes.ts';
import type { SagaDeps } from './saga.ts';

export const createApp = (deps: SagaDeps): Express =>
  createService({ api: checkoutApi, handlers: routes(deps), log: deps.log });
