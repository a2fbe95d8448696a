import { randomUUID } from 'node:crypto';
import { bankApi, fraudApi } from '@throughline/contracts';
import { httpClient, readConfig, runService } from '@throughline/service';
import { openTables } from '@throughline/service/dynamodb';
import { z } from 'zod';
import { createApp } from './app.ts';
import { tableStore } from './store.ts';

const settings = () =>
  readConfig({ FRAUD_URL: z.url(), BANK_URL: z.url(), LEASE_MS: z.coerce.number().int().min(0).default(15_000) });

await runService('payments', settings, async ({ FRAUD_URL, BANK_URL, LEASE_MS }, { log }) =>
  createApp({
    store: tableStore(openTables()),
    fraud: httpClient(fraudApi, { name: 'fraud', baseUrl: FRAUD_URL }),
    bank: httpClient(bankApi, { name: 'bank', baseUrl: BANK_URL }),
    leaseMs: LEASE_MS,
    now: Date.now,
    newId: randomUUID,
    log,
  }),
);
