import { paymentsApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import { routes, type Neighbours } from './routes.ts';

export const createApp = ({ log, ...neighbours }: Neighbours & { log: Logger }): Express =>
  createService({ api: paymentsApi, handlers: routes(neighbours), log });
