import { season } from '@throughline/contracts';
import type { Database } from '@throughline/service/postgres';

/** Puts the season on sale where it is not yet; what is there stays as it is. */
export async function seed(database: Database): Promise<void> {
  await database.untraced(async (query) => {
    await query(
      `INSERT INTO events (id, title, starts_at, venue)
       SELECT id, title, starts_at, venue FROM jsonb_to_recordset($1)
         AS given (id text, title text, starts_at timestamptz, venue jsonb)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(season)],
    );
    await query(
      `INSERT INTO sections (event_id, section, name, price_cents, rows, seats_per_row)
       SELECT event_id, section, name, price_cents, rows, seats_per_row FROM jsonb_to_recordset($1)
         AS given (event_id text, section text, name text, price_cents integer, rows integer, seats_per_row integer)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(season.flatMap(({ id, sections }) => sections.map((section) => ({ event_id: id, ...section }))))],
    );
  });
}
