import type { Authorisation, bankApi, Parsed } from '@throughline/contracts';
import { refusalOf, refusesCapture } from './card-rules.ts';
import type { Books } from './store.ts';

/** The first call under a reference decides; whatever comes later under it, also with another amount, reads that. */
export function authorise(
  books: Books,
  { reference, amount_cents, card }: Parsed<typeof bankApi.authorise>['body'],
  now: Date,
): Authorisation {
  const reason = refusalOf(card, now);
  return books.open({
    reference,
    amount_cents,
    state: reason ? 'declined' : 'authorised',
    reason,
    last4: card.number.slice(-4),
    refuses_capture: refusesCapture(card),
  });
}
