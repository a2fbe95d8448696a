import type { Authorisation } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { findAuthorisation } from './find-authorisation.ts';
import type { Books } from './store.ts';

export function capture(books: Books, reference: string): Authorisation {
  books.capture(reference);
  const authorisation = findAuthorisation(books, reference);
  if (authorisation.state === 'captured') return authorisation;
  if (authorisation.state === 'authorised') {
    throw new HttpError(402, 'capture_refused', "the card's issuer refuses the capture");
  }
  throw new HttpError(409, 'not_authorised', `the authorisation is ${authorisation.state}`);
}
