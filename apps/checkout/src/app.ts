import { checkoutApi } from '@throughline/contracts';
import { createService } from '@throughline/service';
import type { Express } from 'express';
import { routes } from './routes.ts';
import type { SagaDeps } from './saga.ts';

export const createApp = (deps: SagaDeps): Express =>
  createService({ api: checkoutApi, handlers: routes(deps), log: deps.log });
