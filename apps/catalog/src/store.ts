import type { Event, EventSummary } from '@throughline/contracts';
import type { Database } from '@throughline/service/postgres';

export interface Store {
  /** Events by their start, from the one behind `after` on. */
  listEvents(limit: number, after?: string): Promise<EventSummary[]>;
  findEvent(id: string): Promise<Event | undefined>;
}

export const postgresStore = (database: Database): Store => ({
  listEvents(limit, after) {
    return database.query(
      `SELECT id, title, starts_at, venue FROM events
       WHERE $2::text IS NULL OR (starts_at, id) > (SELECT starts_at, id FROM events WHERE id = $2)
       ORDER BY starts_at, id LIMIT $1`,
      [limit, after ?? null],
    );
  },
  async findEvent(id) {
    const [event] = await database.query<Event>(
      `SELECT id, title, starts_at, venue,
              (SELECT json_agg(json_build_object('section', section, 'name', name, 'price_cents', price_cents,
                                                 'rows', rows, 'seats_per_row', seats_per_row) ORDER BY section)
               FROM sections WHERE event_id = events.id) AS sections
       FROM events WHERE id = $1`,
      [id],
    );
    return event;
  },
});
