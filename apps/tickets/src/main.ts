import { randomBytes } from 'node:crypto';
import { catalogApi, OrderPlaced, type TicketIssued } from '@throughline/contracts';
import { httpClient, readConfig, runService } from '@throughline/service';
import { openDatabase } from '@throughline/service/postgres';
import { consumeQueue, openSender } from '@throughline/service/queue';
import { z } from 'zod';
import { createApp } from './app.ts';
import { issueTickets, type Deps } from './issue-tickets.ts';
import { postgresStore } from './store.ts';

const settings = () => readConfig({ DATABASE_URL: z.url(), CATALOG_URL: z.url() });

await runService('tickets', settings, async ({ DATABASE_URL, CATALOG_URL }, { log, onClose }) => {
  const migrations = new URL('../migrations/', import.meta.url);
  const opening = [
    openDatabase({ url: DATABASE_URL, migrations, log }),
    openSender<TicketIssued>('ticket-issued'),
  ] as const;
  const [database, send] = await Promise.all(opening);
  onClose(() => database.close());
  const catalog = httpClient(catalogApi, { name: 'catalog', baseUrl: CATALOG_URL });
  const newCode = () => randomBytes(8).toString('hex').toUpperCase();
  const deps: Deps = { store: postgresStore(database), catalog, send, newCode, now: () => new Date() };
  const handle = (order: OrderPlaced) => issueTickets(deps, order);
  const consumer = await consumeQueue({ queue: 'order-placed', schema: OrderPlaced, handle, log });
  onClose(() => consumer.close());
  return createApp({ log });
});
