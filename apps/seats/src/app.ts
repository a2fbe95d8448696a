import { seatsApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import { routes } from './routes.ts';
import type { Store } from './store.ts';

interface Deps {
  readonly store: Store;
  readonly log: Logger;
  readonly holdMinutes?: number;
}

export const createApp = ({ store, log, holdMinutes = 5 }: Deps): Express =>
  createService({ api: seatsApi, handlers: routes(store, holdMinutes), log });
