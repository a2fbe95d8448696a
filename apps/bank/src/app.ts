import { bankApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import { routes } from './routes.ts';
import type { Books } from './store.ts';

export interface Dependencies {
  readonly books: Books;
  /** How long the next call takes, in ms: half on the way in, half on the way out. */
  readonly latency: () => number;
  readonly now: () => Date;
  readonly log: Logger;
}

export const createApp = ({ log, ...bank }: Dependencies): Express =>
  createService({ api: bankApi, handlers: routes(bank), log });
