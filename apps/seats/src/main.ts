import { readConfig, runService } from '@throughline/service';
import { openDatabase } from '@throughline/service/postgres';
import { z } from 'zod';
import { createApp } from './app.ts';
import { seed } from './seed.ts';
import { postgresStore } from './store.ts';
import { startSweeping } from './sweep.ts';

const settings = () =>
  readConfig({
    DATABASE_URL: z.url(),
    HOLD_MINUTES: z.coerce.number().positive().max(1440).default(5),
    SWEEP_SECONDS: z.coerce.number().positive().max(3600).default(30),
  });

await runService('seats', settings, async ({ DATABASE_URL, HOLD_MINUTES, SWEEP_SECONDS }, { log, onClose }) => {
  const migrations = new URL('../migrations/', import.meta.url);
  const database = await openDatabase({ url: DATABASE_URL, migrations, log });
  onClose(database.close);
  await seed(database);
  onClose(startSweeping(database, { everySeconds: SWEEP_SECONDS, log }));
  return createApp({ store: postgresStore(database), log, holdMinutes: HOLD_MINUTES });
});
