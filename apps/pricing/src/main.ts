import { promotionsApi } from '@throughline/contracts';
import { httpClient, readConfig, runService } from '@throughline/service';
import { z } from 'zod';
import { createApp } from './app.ts';

const settings = () =>
  readConfig({ PROMOTIONS_URL: z.url(), CACHE_TTL_MS: z.coerce.number().int().min(0).default(60_000) });

await runService('pricing', settings, async ({ PROMOTIONS_URL, CACHE_TTL_MS }, { log }) => {
  const promotions = httpClient(promotionsApi, { name: 'promotions', baseUrl: PROMOTIONS_URL });
  return createApp({ promotions, cacheTtlMs: CACHE_TTL_MS, now: Date.now, log });
});
