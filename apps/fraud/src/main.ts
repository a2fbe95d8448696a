import { accountsApi } from '@throughline/contracts';
import { httpClient, readConfig, runService } from '@throughline/service';
import { z } from 'zod';
import { createApp } from './app.ts';

const settings = () =>
  readConfig({ ACCOUNTS_URL: z.url(), REFUSE_FROM_SCORE: z.coerce.number().min(0).max(1).default(0.8) });

await runService('fraud', settings, async ({ ACCOUNTS_URL, REFUSE_FROM_SCORE }, { log }) => {
  const accounts = httpClient(accountsApi, { name: 'accounts', baseUrl: ACCOUNTS_URL });
  return createApp({ accounts, refuseFrom: REFUSE_FROM_SCORE, now: Date.now, log });
});
