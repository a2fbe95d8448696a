import { catalogApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import { routes } from './routes.ts';
import type { Store } from './store.ts';

export const createApp = ({ store, log }: { store: Store; log: Logger }): Express =>
  createService({ api: catalogApi, handlers: routes(store), log });
