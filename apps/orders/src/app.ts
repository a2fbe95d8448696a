import { ordersApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import type { Outbox } from './publish-outbox.ts';
import { routes } from './routes.ts';
import type { Store } from './store.ts';

interface Deps {
  readonly store: Store;
  readonly outbox: Pick<Outbox, 'kick'>;
  readonly log: Logger;
}

export const createApp = ({ store, outbox, log }: Deps): Express =>
  createService({ api: ordersApi, handlers: routes(store, outbox), log });
