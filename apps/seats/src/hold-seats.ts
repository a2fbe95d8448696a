import type { Hold } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { NewHold, Store } from './store.ts';

/** Holds every one of the seats or none: rows are locked before they are judged, so only one of two buyers wins. */
export function holdSeats(store: Store, wanted: NewHold): Promise<Hold> {
  const { event_id, account_id, seat_ids } = wanted;
  tracing.annotate({
    'shop.event_id': event_id,
    'shop.account_id': account_id,
    'shop.seat_count': seat_ids.length,
  });
  return store.transaction(async (seats) => {
    const locked = await seats.lock(event_id, seat_ids);
    const missing = seat_ids.filter((id) => !locked.some(({ seat_id }) => seat_id === id));
    if (missing.length > 0) throw new HttpError(404, 'no_seat', `${event_id} has no seat ${missing.join(', ')}`);
    const taken = locked.filter(({ free }) => !free).map(({ seat_id }) => seat_id);
    if (taken.length > 0) throw new HttpError(409, 'seat_taken', `taken already: ${taken.join(', ')}`);
    return seats.hold(wanted);
  });
}
