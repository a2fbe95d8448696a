import { readConfig, runService } from '@throughline/service';
import { openTables } from '@throughline/service/dynamodb';
import { createApp } from './app.ts';
import { seed } from './seed.ts';
import { tableStore } from './store.ts';

await runService(
  'promotions',
  () => readConfig({}),
  async (_config, { log }) => {
    const store = tableStore(openTables());
    await seed(store);
    return createApp({ store, now: Date.now, log });
  },
);
