import { randomUUID } from 'node:crypto';
import { ErrorBody, type FreeSeats, type Hold, type Receipt, SEED_PASSWORD, seedEmail } from '@throughline/contracts';
import type { z } from 'zod';

/** Cards that the bank knows. */
export const cards = {
  good: '4242424242424242',
  declined: '4000000000000002',
  notCaptured: '4000000000000341',
} as const;
export const CVC = '9731';

export const card = (number: string = cards.good, expires = '12/39') => ({ number, expires, cvc: CVC });

/** What the gateway answered, error or not. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  /** Undefined where the answer is none of an error's shape. */
  readonly error: { code: string; message: string; trace_id?: string | undefined } | undefined;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface PurchaseOptions {
  readonly event?: string;
  readonly promo?: string | undefined;
  readonly card?: ReturnType<typeof card>;
  readonly key?: string;
}

/** A buyer of the seeded season with an open session. */
export interface Buyer {
  readonly email: string;
  readonly token: string;
  readonly accountId: string;
  hold(event: string, seats: readonly string[]): Promise<Answer<Hold>>;
  checkout(hold: string, options?: PurchaseOptions): Promise<Answer<Receipt>>;
  /** Holds seats and buys them; throws when they cannot be held. */
  buy(seats: readonly string[], options?: PurchaseOptions): Promise<Answer<Receipt>>;
}

export type Shop = ReturnType<typeof openShop>;

/** The public API as buyers see it: over the gateway, with `fetch`, and no header of tracing. */
export function openShop(gateway: string) {
  async function request<T>(
    method: string,
    path: string,
    { body, token, headers = {} }: RequestOptions = {},
  ): Promise<Answer<T>> {
    const response = await fetch(gateway + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answered: unknown = await response.json();
    return { status: response.status, body: answered as T, error: ErrorBody.safeParse(answered).data?.error };
  }

  const sessions = new Map<string, Promise<Buyer>>();

  async function open(email: string): Promise<Buyer> {
    const { status, body } = await request<{ token: string; account_id: string }>('POST', '/sessions', {
      body: { email, password: SEED_PASSWORD },
    });
    if (status !== 201) throw new Error(`${email} cannot sign in: ${JSON.stringify(body)}`);
    const { token, account_id: accountId } = body;
    const buyer: Buyer = {
      email,
      token,
      accountId,
      hold: (event_id, seat_ids) => request('POST', '/holds', { token, body: { event_id, seat_ids } }),
      checkout(hold_id, { event = 'evt_01', promo, card: paidWith = card(), key = randomUUID() } = {}) {
        return request('POST', '/checkout', {
          token,
          headers: { 'idempotency-key': key },
          body: { event_id: event, hold_id, card: paidWith, ...(promo && { promo_code: promo }) },
        });
      },
      async buy(seats, options = {}) {
        const held = await buyer.hold(options.event ?? 'evt_01', seats);
        if (held.status !== 201) throw new Error(`${seats.join(', ')} cannot be held: ${JSON.stringify(held.body)}`);
        return buyer.checkout(held.body.hold_id, options);
      },
    };
    return buyer;
  }

  return {
    request,
    /** A buyer by number, 1 to 300 (0 is refused by the fraud check); the session is opened once. */
    buyer(number: number): Promise<Buyer> {
      const email = seedEmail(number);
      const session = sessions.get(email) ?? open(email);
      sessions.set(email, session);
      return session;
    },
    freeSeats: (event: string, section?: string): Promise<Answer<z.output<typeof FreeSeats>>> =>
      request('GET', `/events/${event}/seats?limit=500${section ? `&section=${section}` : ''}`),
  };
}

/** Runs work for each item, at most `width` at once, and returns what came of it in the items' order. */
export async function inParallel<T, R>(
  width: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}
