import { setTimeout as pause } from 'node:timers/promises';
import type { bankApi } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import type { Dependencies } from './app.ts';
import { authorise } from './authorise.ts';
import { capture } from './capture.ts';
import { findAuthorisation } from './find-authorisation.ts';

export function routes({ books, latency, now }: Omit<Dependencies, 'log'>): Handlers<typeof bankApi> {
  const farAway =
    <I, A>(work: (input: I) => A) =>
    async (input: I): Promise<A> => {
      const half = latency() / 2;
      await pause(half);
      const answer = work(input);
      await pause(half);
      return answer;
    };
  return {
    authorise: farAway(({ body }) => authorise(books, body, now())),
    get: farAway(({ params }) => findAuthorisation(books, params.reference)),
    capture: farAway(({ params }) => capture(books, params.reference)),
    void: farAway(({ params }) => books.void(params.reference)),
  };
}
