import { catalogApi } from '@throughline/contracts';
import { createService } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import type { Express } from 'express';
import { routes } from './routes.ts';
import type { Store } from './store.ts';

export const createApp = ({ store, log }: { store: Store; log: Logger }): Express =>
  createService({ api: catalogApi, handlers: routes(store), log });
