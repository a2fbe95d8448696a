import { accountId, type Hold, type Result, type seatsApi } from '@throughline/contracts';
import { startStores } from '@throughline/local';
import { openDatabase, type Database } from '@throughline/service/postgres';
import { silentLog, startApp, type Reply, type RunningApp } from '@throughline/testing';
import { createApp } from './app.ts';
import { seed } from './seed.ts';
import { postgresStore } from './store.ts';

/** What the tests of seats share: a seeded database, buyers, and rows that no other test of the file uses. */
const migrations = new URL('../migrations/', import.meta.url);

const account_id = accountId('buyer@example.com');
export const another = accountId('another@example.com');

let row = 0;
/** A row of 40 seats in section A. */
export const nextRow = (event_id = 'evt_02'): { event_id: string; seats: (...numbers: number[]) => string[] } => {
  row += 1;
  const section = `A-${row}`;
  return { event_id, seats: (...numbers) => numbers.map((number) => `${section}-${number}`) };
};

export const code = ({ status, body }: Reply): [number, string | undefined] => [
  status,
  (body as { error?: { code: string } }).error?.code,
];

export const count = (replies: readonly Reply[], status: number): number =>
  replies.filter((reply) => reply.status === status).length;

/** What a buyer can ask of the service. */
export const buyerOf = (seats: RunningApp, account = account_id) => ({
  hold: (event_id: string, seat_ids: string[]) =>
    seats.request<Hold>('POST', '/holds', { body: { event_id, seat_ids, account_id: account } }),
  find: (id: string) => seats.request<Hold>('GET', `/holds/${id}?account_id=${account}`),
  confirm: (id: string, purchase_id: string) =>
    seats.request<Hold>('POST', `/holds/${id}/confirm`, { body: { account_id: account, purchase_id } }),
  release: (id: string, purchase_id?: string) =>
    seats.request<{ released: number }>('POST', `/holds/${id}/release`, { body: { account_id: account, purchase_id } }),
  free: (event_id: string, query = '') =>
    seats.request<Result<typeof seatsApi.listFree>>('GET', `/events/${event_id}/seats${query}`),
});

/** A real database with the season's seats, and what the tests look up and change in it behind the service's back. */
export async function startSeats() {
  const stores = await startStores(['seats']);
  const open = (): Promise<Database> => openDatabase({ url: stores.databaseUrl('seats'), migrations, log: silentLog });
  const database = await open();
  await seed(database);
  return {
    database,
    open,
    app: () => startApp(createApp({ store: postgresStore(database), log: silentLog })),
    expire: (holdId: string) =>
      database.untraced(async (query) => {
        await query(`UPDATE holds SET expires_at = now() - interval '1 s' WHERE hold_id = $1`, [holdId]);
        await query(`SELECT 1 FROM seats WHERE hold_id = $1 ORDER BY seat_id FOR UPDATE`, [holdId]);
        await query(`UPDATE seats SET held_until = now() - interval '1 s' WHERE hold_id = $1 AND status = 'held'`, [
          holdId,
        ]);
      }),
    statusOf: (event_id: string, seat_ids: string[]) =>
      database.untraced(async (query) => {
        const rows = await query<{ status: string }>(
          'SELECT status FROM seats WHERE event_id = $1 AND seat_id = ANY ($2) ORDER BY seat_id',
          [event_id, seat_ids],
        );
        return rows.map(({ status }) => status);
      }),
    async stop() {
      await database.close();
      await stores.stop();
    },
  };
}

export type Seats = Awaited<ReturnType<typeof startSeats>>;
