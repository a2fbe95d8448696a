import { accountsApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import { routes } from './routes.ts';
import type { Store } from './store.ts';

export interface Deps {
  readonly store: Store;
  readonly log: Logger;
  readonly sessionHours?: number;
  readonly clock?: () => Date;
}

export const createApp = ({ store, log, sessionHours = 12, clock = () => new Date() }: Deps): Express =>
  createService({ api: accountsApi, handlers: routes({ store, sessionHours, clock }), log });
