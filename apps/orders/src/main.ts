import { readConfig, runService } from '@throughline/service';
import { openDatabase } from '@throughline/service/postgres';
import { openSender } from '@throughline/service/queue';
import { z } from 'zod';
import { createApp } from './app.ts';
import { publishOutbox } from './publish-outbox.ts';
import { postgresStore } from './store.ts';

const settings = () =>
  readConfig({ DATABASE_URL: z.url(), OUTBOX_POLL_MS: z.coerce.number().int().min(50).default(1_000) });

await runService('orders', settings, async ({ DATABASE_URL, OUTBOX_POLL_MS }, { log, onClose }) => {
  const migrations = new URL('../migrations/', import.meta.url);
  const [database, send] = await Promise.all([
    openDatabase({ url: DATABASE_URL, migrations, log }),
    openSender('order-placed'),
  ]);
  onClose(() => database.close());
  const store = postgresStore(database);
  const outbox = publishOutbox({ store, send, log, pollMs: OUTBOX_POLL_MS });
  onClose(() => outbox.close());
  return createApp({ store, outbox, log });
});
