import type { Hold } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { KeptHold } from './store.ts';

export const noHold = (id: string): HttpError => new HttpError(404, 'no_hold', `you have no hold ${id}`);

export const holdExpired = (): HttpError =>
  new HttpError(410, 'hold_expired', 'the hold has run out or was given back: hold the seats again');

export function annotateHold({ event_id, account_id, seat_ids }: KeptHold): void {
  tracing.annotate({
    'shop.event_id': event_id,
    'shop.account_id': account_id,
    'shop.seat_count': seat_ids.length,
  });
}

/** What a caller sees of a hold. */
export const toAnswer = ({ hold_id, event_id, seat_ids, expires_at }: KeptHold): Hold => ({
  hold_id,
  event_id,
  seat_ids,
  expires_at,
});
