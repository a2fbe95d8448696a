import { readConfig, runService } from '@throughline/service';
import { openTables } from '@throughline/service/dynamodb';
import { z } from 'zod';
import { createApp } from './app.ts';
import { seed } from './seed.ts';
import { dynamoStore } from './store.ts';

const settings = () => readConfig({ SESSION_HOURS: z.coerce.number().positive().max(8760).default(12) });

await runService('accounts', settings, async ({ SESSION_HOURS }, { log, onClose }) => {
  const tables = openTables();
  onClose(async () => tables.destroy());
  await seed(tables);
  return createApp({ store: dynamoStore(tables), log, sessionHours: SESSION_HOURS });
});
