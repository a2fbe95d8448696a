import { pricingApi, type Client, type promotionsApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import { routes } from './routes.ts';
import { cachedTerms } from './terms.ts';

interface Dependencies {
  readonly promotions: Client<typeof promotionsApi>;
  /** How long the terms of a promo code are believed, in ms. */
  readonly cacheTtlMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
}

export const createApp = ({ promotions, cacheTtlMs, now, log }: Dependencies): Express =>
  createService({
    api: pricingApi,
    handlers: routes({ promotions, terms: cachedTerms(promotions, cacheTtlMs, now), now }),
    log,
  });
