import { seatsApi } from '@throughline/contracts';
import { createService } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import type { Express } from 'express';
import { routes } from './routes.ts';
import type { Store } from './store.ts';

interface Deps {
  readonly store: Store;
  readonly log: Logger;
  readonly holdMinutes?: number;
}

export const createApp = ({ store, log, holdMinutes = 5 }: Deps): Express =>
  createService({ api: seatsApi, handlers: routes(store, holdMinutes), log });
