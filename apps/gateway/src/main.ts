import { accountsApi, catalogApi, checkoutApi, ordersApi, seatsApi } from '@throughline/contracts';
import { httpClient, readConfig, runService } from '@throughline/service';
import { z } from 'zod';
import { createApp } from './app.ts';

const url = z.url();
const urls = { ACCOUNTS_URL: url, CATALOG_URL: url, SEATS_URL: url, CHECKOUT_URL: url, ORDERS_URL: url };
const timeout = z.coerce.number().int().min(100);
const settings = () =>
  readConfig({ ...urls, UPSTREAM_TIMEOUT_MS: timeout.default(10_000), CHECKOUT_TIMEOUT_MS: timeout.default(15_000) });

await runService('gateway', settings, async (config, { log }) => {
  const { UPSTREAM_TIMEOUT_MS: timeoutMs, CHECKOUT_TIMEOUT_MS: longMs } = config;
  const neighbours = {
    accounts: httpClient(accountsApi, { name: 'accounts', baseUrl: config.ACCOUNTS_URL, timeoutMs }),
    catalog: httpClient(catalogApi, { name: 'catalog', baseUrl: config.CATALOG_URL, timeoutMs }),
    seats: httpClient(seatsApi, { name: 'seats', baseUrl: config.SEATS_URL, timeoutMs }),
    checkout: httpClient(checkoutApi, { name: 'checkout', baseUrl: config.CHECKOUT_URL, timeoutMs: longMs }),
    orders: httpClient(ordersApi, { name: 'orders', baseUrl: config.ORDERS_URL, timeoutMs }),
  };
  return createApp({ neighbours, log });
});
