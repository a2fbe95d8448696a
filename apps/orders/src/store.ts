import type { Carrier, Order, OrderPlaced, ordersApi, Parsed } from '@throughline/contracts';
import type { Database } from '@throughline/service/postgres';

export type NewOrder = Parsed<typeof ordersApi.create>['body'];

export interface OutboxRow {
  readonly id: number;
  readonly message: OrderPlaced;
  /** Trace context of the request that confirmed the order. */
  readonly carrier: Carrier;
}

export interface Store {
  /** The purchase's order, made if there is none. */
  create(order: NewOrder): Promise<Order | 'cancelled'>;
  /** Confirms the order and writes its outbox row together; an order that is confirmed stays as it is. */
  confirm(purchaseId: string, carrier: Carrier): Promise<Order | 'cancelled' | undefined>;
  /** Whether no order of the purchase is or ever will be confirmed. */
  cancel(purchaseId: string): Promise<boolean>;
  find(orderId: string, accountId: string): Promise<Order | undefined>;
  /** The newest first. */
  list(accountId: string, limit: number): Promise<Order[]>;
  /**
   * Hands the oldest unpublished rows to `send`, one after the other, and marks those that went through, at most `limit`.
   * The first failure ends it and is thrown. Rows that another publisher has in hand are left to it.
   */
  publish(limit: number, signal: AbortSignal, send: (row: OutboxRow) => Promise<void>): Promise<number>;
}

/** What a caller may see: the e-mail address stays here. */
const shown = 'order_id, purchase_id, account_id, event_id, seat_ids, total_cents, status, created_at';

export const postgresStore = (database: Database): Store => ({
  async create({ purchase_id, account_id, email, event_id, seat_ids, total_cents }) {
    const [made] = await database.query<Order>(
      `INSERT INTO orders (purchase_id, status, account_id, email, event_id, seat_ids, total_cents)
       VALUES ($1, 'pending', $2, $3, $4, $5, $6) ON CONFLICT (purchase_id) DO NOTHING RETURNING ${shown}`,
      [purchase_id, account_id, email, event_id, seat_ids, total_cents],
    );
    if (made) return made;
    const [before] = await database.query<Order>(`SELECT ${shown} FROM orders WHERE purchase_id = $1`, [purchase_id]);
    if (!before) throw new Error(`the order of purchase ${purchase_id} is neither new nor there`);
    return before.status === 'cancelled' ? 'cancelled' : before;
  },

  confirm: (purchaseId, carrier) =>
    database.transaction(async (query) => {
      const [confirmed] = await query<Order & { email: string }>(
        `UPDATE orders SET status = 'confirmed' WHERE purchase_id = $1 AND status = 'pending' RETURNING email, ${shown}`,
        [purchaseId],
      );
      if (!confirmed) {
        const [order] = await query<Order>(`SELECT ${shown} FROM orders WHERE purchase_id = $1`, [purchaseId]);
        return order?.status === 'cancelled' ? 'cancelled' : order;
      }
      const { email, ...order } = confirmed;
      const { order_id, account_id, event_id, seat_ids } = order;
      const message: OrderPlaced = { order_id, account_id, email, event_id, seat_ids };
      await query('INSERT INTO outbox (order_id, message, carrier) VALUES ($1, $2, $3)', [order_id, message, carrier]);
      return order;
    }),

  // The update locks the row: of a confirm and a cancel at the same time, the second one sees what the first has done.
  async cancel(purchaseId) {
    const cancelled = await database.query(
      `INSERT INTO orders (purchase_id, status) VALUES ($1, 'cancelled')
       ON CONFLICT (purchase_id) DO UPDATE SET status = 'cancelled' WHERE orders.status <> 'confirmed'
       RETURNING 1`,
      [purchaseId],
    );
    return cancelled.length > 0;
  },

  async find(orderId, accountId) {
    const [order] = await database.query<Order>(`SELECT ${shown} FROM orders WHERE order_id = $1 AND account_id = $2`, [
      orderId,
      accountId,
    ]);
    return order;
  },

  list: (accountId, limit) =>
    database.query<Order>(
      `SELECT ${shown} FROM orders WHERE account_id = $1 ORDER BY created_at DESC, order_id LIMIT $2`,
      [accountId, limit],
    ),

  async publish(limit, signal, send) {
    const result = await database.untraced(async (query) => {
      // Whatever is unpublished is taken, not what follows a last id: a lower id may be committed after a higher one.
      const rows = await query<OutboxRow>(
        `SELECT id, message, carrier FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT $1
         FOR UPDATE SKIP LOCKED`,
        [limit],
      );
      const sent: number[] = [];
      let failure: { error: unknown } | undefined;
      for (const row of rows) {
        if (signal.aborted) break;
        try {
          await send(row);
          sent.push(row.id);
        } catch (error) {
          failure = { error };
          break;
        }
      }
      if (sent.length > 0) await query('UPDATE outbox SET published_at = now() WHERE id = ANY($1)', [sent]);
      return { sent: sent.length, failure };
    });
    if (result.failure) throw result.failure.error;
    return result.sent;
  },
});
