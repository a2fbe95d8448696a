import type { Database } from '@throughline/service/postgres';

export interface Ticket {
  readonly seat_id: string;
  readonly code: string;
  readonly pdf: Buffer;
}

export interface Store {
  find(orderId: string): Promise<Ticket[]>;
  /** Keeps the tickets whose seats have none yet, and returns all of the order as they are kept. */
  add(orderId: string, tickets: readonly Ticket[]): Promise<Ticket[]>;
}

export const postgresStore = (database: Database): Store => {
  const find = (orderId: string): Promise<Ticket[]> =>
    database.query<Ticket>('SELECT seat_id, code, pdf FROM tickets WHERE order_id = $1', [orderId]);
  return {
    find,
    async add(orderId, tickets) {
      // In one order of the seats, so that two at the same time wait for each other and never in a circle.
      const sorted = tickets.toSorted((one, other) => (one.seat_id < other.seat_id ? -1 : 1));
      await database.query(
        `INSERT INTO tickets (order_id, seat_id, code, pdf)
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bytea[]) ON CONFLICT (order_id, seat_id) DO NOTHING`,
        [orderId, sorted.map(({ seat_id }) => seat_id), sorted.map(({ code }) => code), sorted.map(({ pdf }) => pdf)],
      );
      return find(orderId);
    },
  };
};
