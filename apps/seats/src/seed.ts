import { season } from '@throughline/contracts';
import type { Database } from '@throughline/service/postgres';

/** Puts every seat of the season up for sale where an event has none yet: 8 events of 3,000 seats, one statement. */
export async function seed(database: Database): Promise<void> {
  const sections = season.flatMap(({ id, sections: parts }) => parts.map((part) => ({ event_id: id, ...part })));
  await database.untraced((query) =>
    query(
      `INSERT INTO seats (event_id, seat_id, section, row, number)
       SELECT event_id, concat_ws('-', section, row, number), section, row, number
       FROM jsonb_to_recordset($1) AS given (event_id text, section text, rows integer, seats_per_row integer),
            generate_series(1, rows) AS row, generate_series(1, seats_per_row) AS number
       WHERE NOT EXISTS (SELECT FROM seats WHERE seats.event_id = given.event_id)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(sections)],
    ),
  );
}
