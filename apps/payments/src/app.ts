import { paymentsApi } from '@throughline/contracts';
import { createService } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import type { Express } from 'express';
import { routes, type Neighbours } from './routes.ts';

export const createApp = ({ log, ...neighbours }: Neighbours & { log: Logger }): Express =>
  createService({ api: paymentsApi, handlers: routes(neighbours), log });
