import type { Authorisation, bankApi, Client } from '@throughline/contracts';
import { HttpError } from '@throughline/service';

type Bank = Client<typeof bankApi>;
type Call = keyof Bank;

export interface FakeBank {
  readonly client: Bank;
  readonly calls: string[];
  stateOf(reference: string): Authorisation['state'] | undefined;
  /** Runs in the next call of this name, before or after the books are changed; its error is the call's. */
  once(call: Call, when: 'before' | 'after', work: () => unknown): void;
}

/** The bank as its contract says, with its books in memory. Card numbers that end in 2 are declined, in 1 not captured. */
export function fakeBank(): FakeBank {
  const books = new Map<string, Authorisation & { number: string }>();
  const hooks = new Map<string, () => unknown>();
  const calls: string[] = [];

  const run = async (call: Call, reference: string, work: () => Authorisation): Promise<Authorisation> => {
    calls.push(`${call} ${reference}`);
    const hook = async (when: string): Promise<void> => {
      const found = hooks.get(`${when} ${call}`);
      hooks.delete(`${when} ${call}`);
      await found?.();
    };
    await hook('before');
    const { id, amount_cents, state, reason } = work();
    await hook('after');
    return { id, reference, amount_cents, state, reason };
  };

  const open = (reference: string, amount_cents: number, number: string, reason: string | null) => {
    const known = books.get(reference);
    if (known) return known;
    const state: Authorisation['state'] = number === '' ? 'voided' : reason ? 'declined' : 'authorised';
    const authorisation = { id: `aut_${books.size}`, reference, amount_cents, number, reason, state };
    books.set(reference, authorisation);
    return authorisation;
  };

  const found = (reference: string) => {
    const authorisation = books.get(reference);
    if (!authorisation) throw new HttpError(404, 'no_authorisation', 'there is none');
    return authorisation;
  };

  const client: Bank = {
    authorise: ({ body: { reference, amount_cents, card } }) =>
      run('authorise', reference, () => {
        const expired = card.expires.endsWith('/20') ? 'card_expired' : null;
        return open(
          reference,
          amount_cents,
          card.number,
          card.number.endsWith('2') ? (expired ?? 'card_declined') : expired,
        );
      }),
    get: ({ params: { reference } }) => run('get', reference, () => found(reference)),
    capture: ({ params: { reference } }) =>
      run('capture', reference, () => {
        const authorisation = found(reference);
        if (authorisation.number.endsWith('1')) throw new HttpError(402, 'capture_refused', 'refused');
        if (authorisation.state === 'authorised') authorisation.state = 'captured';
        if (authorisation.state !== 'captured') throw new HttpError(409, 'not_authorised', 'not authorised');
        return authorisation;
      }),
    void: ({ params: { reference } }) =>
      run('void', reference, () => {
        const authorisation = open(reference, 0, '', null);
        if (authorisation.state === 'authorised') authorisation.state = 'voided';
        if (authorisation.state === 'captured') authorisation.state = 'refunded';
        return authorisation;
      }),
  };
  return {
    client,
    calls,
    stateOf: (reference) => books.get(reference)?.state,
    once: (call, when, work) => void hooks.set(`${when} ${call}`, work),
  };
}
