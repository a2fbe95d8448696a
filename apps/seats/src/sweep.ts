import type { Database } from '@throughline/service/postgres';
import type { Logger } from '@throughline/telemetry';

/** Frees the seats of holds that have run out, and says how many. A seat that someone is taking now is left to them. */
export function sweep(database: Database): Promise<number> {
  return database.untraced(async (query) => {
    const freed = await query(
      `WITH expired AS (
         SELECT event_id, seat_id FROM seats WHERE status = 'held' AND held_until <= clock_timestamp()
         FOR UPDATE SKIP LOCKED
       )
       UPDATE seats SET status = 'free', hold_id = NULL, held_until = NULL
       FROM expired WHERE seats.event_id = expired.event_id AND seats.seat_id = expired.seat_id
       RETURNING seats.seat_id`,
    );
    return freed.length;
  });
}

/** Sweeps now and then until it is closed. Expired seats count as free before they are swept: this only tidies up. */
export function startSweeping(
  database: Database,
  { everySeconds, log }: { everySeconds: number; log: Logger },
): () => Promise<void> {
  let running = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      const freed = await sweep(database);
      if (freed > 0) log.info({ event: 'holds_expired', seats: freed }, `freed ${freed} seats of expired holds`);
    } catch (error) {
      log.warn({ event: 'sweep_failed', err: error }, 'expired holds could not be swept; it is tried again');
    }
  };
  const timer = setInterval(() => void (running = running.then(run)), everySeconds * 1000).unref();
  return () => {
    clearInterval(timer);
    return running;
  };
}
