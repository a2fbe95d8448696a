import { promotionsApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import { routes } from './routes.ts';
import type { Store } from './store.ts';

interface Dependencies {
  readonly store: Store;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
}

export const createApp = ({ store, now, log }: Dependencies): Express =>
  createService({ api: promotionsApi, handlers: routes(store, now), log });
