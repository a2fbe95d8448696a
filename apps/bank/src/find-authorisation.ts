import type { Authorisation } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import type { Books } from './store.ts';

export function findAuthorisation(books: Books, reference: string): Authorisation {
  const authorisation = books.find(reference);
  if (!authorisation) {
    throw new HttpError(404, 'no_authorisation', `there is no authorisation under the reference ${reference}`);
  }
  return authorisation;
}
