import type { Hold } from '@throughline/contracts';
import type { Database, Query } from '@throughline/service/postgres';

export interface NewHold {
  readonly event_id: string;
  readonly account_id: string;
  readonly seat_ids: string[];
  readonly minutes: number;
}

export interface KeptHold extends Hold {
  readonly account_id: string;
  /** Gone: it has run out, or was given back. */
  readonly state: 'held' | 'sold' | 'gone';
  readonly purchase_id: string | null;
}

interface LockedSeat {
  readonly seat_id: string;
  readonly hold_id: string | null;
  /** Nobody's, or of a hold that has run out. */
  readonly free: boolean;
}

/** What can be done to seats within one transaction. */
export interface SeatsInHand {
  /** Locks seats until the transaction ends, always in the same order, so that no two buyers wait for each other. */
  lock(eventId: string, seatIds: readonly string[]): Promise<LockedSeat[]>;
  /** Locks a buyer's hold; to be called before its seats are locked. */
  lockHold(holdId: string, accountId: string): Promise<KeptHold | undefined>;
  hold(hold: NewHold): Promise<Hold>;
  sell(hold: KeptHold, purchaseId: string): Promise<void>;
  /** Frees the seats that are the hold's still, and says how many. */
  release(hold: KeptHold): Promise<number>;
}

export interface Store {
  /** The first free seats by section, row and number, and how many are free in all. */
  listFree(
    eventId: string,
    limit: number,
    section?: string,
  ): Promise<{ free: number; seats: { seat_id: string; section: string }[] }>;
  hasEvent(eventId: string): Promise<boolean>;
  findHold(holdId: string, accountId: string): Promise<KeptHold | undefined>;
  transaction<T>(work: (seats: SeatsInHand) => Promise<T>): Promise<T>;
}

// clock_timestamp(), not now(): now() is when the transaction began, which may have waited long for a lock.
const FREE = `(status = 'free' OR (status = 'held' AND held_until <= clock_timestamp()))`;

const SELECT_HOLD = `
  SELECT hold_id, event_id, account_id, seat_ids, expires_at, purchase_id,
         CASE WHEN status = 'sold' THEN 'sold'
              WHEN status = 'held' AND expires_at > clock_timestamp() THEN 'held'
              ELSE 'gone' END AS state
  FROM holds WHERE hold_id = $1 AND account_id = $2`;

const inHand = (query: Query): SeatsInHand => ({
  lock: (eventId, seatIds) =>
    query(
      `SELECT seat_id, hold_id, ${FREE} AS free FROM seats
       WHERE event_id = $1 AND seat_id = ANY ($2) ORDER BY seat_id FOR UPDATE`,
      [eventId, seatIds],
    ),
  async lockHold(holdId, accountId) {
    const [hold] = await query<KeptHold>(`${SELECT_HOLD} FOR UPDATE`, [holdId, accountId]);
    return hold;
  },
  async hold({ event_id, account_id, seat_ids, minutes }) {
    const [hold] = await query<Hold>(
      `INSERT INTO holds (event_id, account_id, seat_ids, expires_at)
       VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 minute')
       RETURNING hold_id, event_id, seat_ids, expires_at`,
      [event_id, account_id, seat_ids, minutes],
    );
    if (!hold) throw new Error('the new hold was not returned');
    await query(
      `UPDATE seats SET status = 'held', hold_id = holds.hold_id, held_until = holds.expires_at
       FROM holds WHERE holds.hold_id = $3 AND seats.event_id = $1 AND seat_id = ANY ($2)`,
      [event_id, seat_ids, hold.hold_id],
    );
    return hold;
  },
  async sell({ event_id, seat_ids, hold_id }, purchaseId) {
    await query(
      `UPDATE seats SET status = 'sold', held_until = NULL
       WHERE event_id = $1 AND seat_id = ANY ($2) AND hold_id = $3`,
      [event_id, seat_ids, hold_id],
    );
    await query(`UPDATE holds SET status = 'sold', purchase_id = $2 WHERE hold_id = $1`, [hold_id, purchaseId]);
  },
  async release({ event_id, seat_ids, hold_id }) {
    const freed = await query(
      `UPDATE seats SET status = 'free', hold_id = NULL, held_until = NULL
       WHERE event_id = $1 AND seat_id = ANY ($2) AND hold_id = $3 RETURNING seat_id`,
      [event_id, seat_ids, hold_id],
    );
    await query(`UPDATE holds SET status = 'released', purchase_id = NULL WHERE hold_id = $1`, [hold_id]);
    return freed.length;
  },
});

export const postgresStore = (database: Database): Store => ({
  async listFree(eventId, limit, section) {
    const rows = await database.query<{ seat_id: string; section: string; free: number }>(
      `SELECT seat_id, section, count(*) OVER () AS free FROM seats
       WHERE event_id = $1 AND ($3::text IS NULL OR section = $3) AND status <> 'sold' AND ${FREE}
       ORDER BY section, row, number LIMIT $2`,
      [eventId, limit, section ?? null],
    );
    return { free: rows[0]?.free ?? 0, seats: rows.map(({ seat_id, section: part }) => ({ seat_id, section: part })) };
  },
  async hasEvent(eventId) {
    return (await database.query('SELECT 1 FROM seats WHERE event_id = $1 LIMIT 1', [eventId])).length > 0;
  },
  async findHold(holdId, accountId) {
    const [hold] = await database.query<KeptHold>(SELECT_HOLD, [holdId, accountId]);
    return hold;
  },
  transaction: (work) => database.transaction((query) => work(inHand(query))),
});
