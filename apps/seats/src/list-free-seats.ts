import type { Result, seatsApi } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { Store } from './store.ts';

/** The first free seats of an event (or of one section), and how many are free in all. */
export async function listFreeSeats(
  store: Store,
  { event_id, section, limit }: { event_id: string; section?: string | undefined; limit: number },
): Promise<Result<typeof seatsApi.listFree>> {
  tracing.annotate({ 'shop.event_id': event_id });
  const { free, seats } = await store.listFree(event_id, limit, section);
  if (free === 0 && !(await store.hasEvent(event_id))) {
    throw new HttpError(404, 'no_event', `there is no event ${event_id}`);
  }
  return { event_id, free, seats };
}
