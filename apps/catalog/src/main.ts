import { readConfig, runService } from '@throughline/service';
import { openDatabase } from '@throughline/service/postgres';
import { z } from 'zod';
import { createApp } from './app.ts';
import { seed } from './seed.ts';
import { postgresStore } from './store.ts';

const settings = () => readConfig({ DATABASE_URL: z.url() });

await runService('catalog', settings, async ({ DATABASE_URL }, { log, onClose }) => {
  const migrations = new URL('../migrations/', import.meta.url);
  const database = await openDatabase({ url: DATABASE_URL, migrations, log });
  onClose(database.close);
  await seed(database);
  return createApp({ store: postgresStore(database), log });
});
