import { drawLatency, LatencyRange, readConfig, runService } from '@throughline/service';
import { z } from 'zod';
import { createApp } from './app.ts';
import { openBooks } from './store.ts';

const settings = () =>
  readConfig({ STATE_DIR: z.string().optional(), BANK_LATENCY_MS: LatencyRange.default({ min: 20, max: 60 }) });

await runService('bank', settings, async ({ STATE_DIR, BANK_LATENCY_MS }, { log, onClose }) => {
  const books = openBooks(STATE_DIR);
  onClose(async () => books.close());
  return createApp({ books, latency: () => drawLatency(BANK_LATENCY_MS), now: () => new Date(), log });
});
