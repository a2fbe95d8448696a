import { randomUUID } from 'node:crypto';
import { catalogApi, ordersApi, paymentsApi, pricingApi, seatsApi } from '@throughline/contracts';
import { httpClient, readConfig, runService } from '@throughline/service';
import { openTables } from '@throughline/service/dynamodb';
import { z } from 'zod';
import { createApp } from './app.ts';
import { dynamoLedger } from './ledger.ts';
import { recoverSagas } from './recover.ts';

const url = z.url();
const urls = { CATALOG_URL: url, SEATS_URL: url, PRICING_URL: url, PAYMENTS_URL: url, ORDERS_URL: url };
const settings = () => readConfig({ ...urls, STEP_TIMEOUT_MS: z.coerce.number().int().min(100).default(4_000) });

await runService('checkout', settings, async (config, { log, onClose }) => {
  const timeoutMs = config.STEP_TIMEOUT_MS;
  const ledger = dynamoLedger({ tables: openTables(), owner: randomUUID(), leaseMs: 2 * timeoutMs + 1_000 });
  const neighbours = {
    catalog: httpClient(catalogApi, { name: 'catalog', baseUrl: config.CATALOG_URL, timeoutMs }),
    seats: httpClient(seatsApi, { name: 'seats', baseUrl: config.SEATS_URL, timeoutMs }),
    pricing: httpClient(pricingApi, { name: 'pricing', baseUrl: config.PRICING_URL, timeoutMs }),
    payments: httpClient(paymentsApi, { name: 'payments', baseUrl: config.PAYMENTS_URL, timeoutMs }),
    orders: httpClient(ordersApi, { name: 'orders', baseUrl: config.ORDERS_URL, timeoutMs }),
  };
  const deps = { ledger, neighbours, patienceMs: 2 * timeoutMs, log };
  onClose(recoverSagas(deps, { everyMs: 1_000 }).close);
  return createApp(deps);
});
