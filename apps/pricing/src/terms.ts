import type { Client, Promotion, promotionsApi } from '@throughline/contracts';
import { expiringCache } from './expiring-cache.ts';

/** The terms of a promo code, and whether they were at hand. Throws `no_promo` when there is no such code. */
export type Terms = (code: string) => Promise<{ promotion: Promotion; cacheHit: boolean }>;

/** Codes held at once: more than a season has. */
const MOST_CODES = 1_000;

export function cachedTerms(promotions: Client<typeof promotionsApi>, ttlMs: number, now: () => number): Terms {
  const load = (code: string): Promise<Promotion> => promotions.get({ params: { code } });
  const cache = expiringCache({ load, ttlMs, most: MOST_CODES, now });
  return async (code) => {
    const { value, hit } = await cache(code);
    return { promotion: value, cacheHit: hit };
  };
}
