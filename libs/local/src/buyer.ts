import { randomInt, randomUUID } from 'node:crypto';
import {
  ErrorBody,
  gatewayApi,
  SEED_PASSWORD,
  type Card,
  type Endpoint,
  type Event,
  type EventSummary,
  type Hold,
  type Input,
  type Order,
  type Receipt,
  type Result,
} from '@throughline/contracts';

export interface BuyerOptions {
  readonly gatewayUrl: string;
  /** A seeded account (`seedEmail`), unless the password is another. */
  readonly email: string;
  readonly password?: string;
  /** Longest wait for one answer, in ms; 15 s unless given. */
  readonly timeoutMs?: number;
}

export interface CheckoutInput {
  readonly event_id: string;
  readonly hold_id: string;
  readonly promo_code?: string;
  readonly card?: Card;
  /** Sent again, the same answer comes; a fresh one unless given. */
  readonly idempotencyKey?: string;
}

export interface TicketWish {
  /** The next event unless given. */
  readonly event_id?: string;
  /** Two unless given. */
  readonly seats?: number;
  readonly promo_code?: string;
}

export interface Bought {
  readonly event: EventSummary;
  readonly hold: Hold;
  readonly receipt: Receipt;
  /** From the POST /checkout to its answer. */
  readonly checkoutMs: number;
}

/** A buyer of the shop, over the public API alone; sends no trace headers. */
export interface Buyer {
  signIn(): Promise<void>;
  /** Events on sale, the next one first. */
  browse(): Promise<EventSummary[]>;
  event(event_id: string): Promise<Event>;
  freeSeats(event_id: string, limit?: number): Promise<string[]>;
  hold(event_id: string, seat_ids: string[]): Promise<Hold>;
  release(hold_id: string): Promise<number>;
  checkout(input: CheckoutInput): Promise<Receipt>;
  orders(): Promise<Order[]>;
  order(order_id: string): Promise<Order>;
  /** The whole journey: sign in, browse, look at free seats, hold some, check out. Takes other seats where somebody was faster. */
  buyTickets(wish?: TicketWish): Promise<Bought>;
}

/** The shop said no, or nothing that its contract knows. */
export class ShopError extends Error {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  readonly trace_id: string | undefined;

  constructor(what: string, status: number, error: ErrorBody['error'], options?: ErrorOptions) {
    super(`${what}: ${status === 0 ? '' : `${status} `}${error.code}: ${error.message}`, options);
    this.name = 'ShopError';
    this.status = status;
    this.code = error.code;
    this.details = error.details;
    this.trace_id = error.trace_id;
  }
}

type ErrorBody = ReturnType<typeof ErrorBody.parse>;
type AnyInput = Partial<Record<'params' | 'query' | 'headers', Record<string, unknown>>> & { body?: unknown };

/** The bank accepts it. */
export const GOOD_CARD: Card = { number: '4242424242424242', expires: '12/39', cvc: '123' };
const FASTER_BUYERS = 20;
const SEATS_LOOKED_AT = 500;

/** Opens a buyer; nothing is sent yet. Throws ShopError with the shop's status and code. */
export function createBuyer({ gatewayUrl, email, password = SEED_PASSWORD, timeoutMs = 15_000 }: BuyerOptions): Buyer {
  let token: string | undefined;

  async function call<E extends Endpoint>(endpoint: E, input: Input<E>): Promise<Result<E>> {
    const { params = {}, query = {}, headers = {}, body } = input as AnyInput;
    const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
    const url = new URL(path, gatewayUrl);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const what = `${endpoint.method} ${path}`;
    const response = await fetch(url, {
      method: endpoint.method,
      headers: {
        ...(headers as Record<string, string>),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      const message = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
      throw new ShopError(what, 0, { code: 'no_answer', message }, { cause });
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return endpoint.response.parse(answer) as Result<E>;
    const said = ErrorBody.safeParse(answer).data?.error;
    throw new ShopError(what, response.status, said ?? { code: 'no_reason', message: 'the answer says no reason' });
  }

  const buyer: Buyer = {
    async signIn() {
      ({ token } = await call(gatewayApi.signIn, { body: { email, password } }));
    },
    browse: async () => (await call(gatewayApi.listEvents, { query: {} })).events,
    event: (event_id) => call(gatewayApi.getEvent, { params: { event_id } }),
    async freeSeats(event_id, limit = 50) {
      const { seats } = await call(gatewayApi.listFreeSeats, { params: { event_id }, query: { limit } });
      return seats.map(({ seat_id }) => seat_id);
    },
    hold: (event_id, seat_ids) => call(gatewayApi.hold, { body: { event_id, seat_ids } }),
    release: async (hold_id) => (await call(gatewayApi.releaseHold, { params: { hold_id } })).released,
    checkout: ({ idempotencyKey = randomUUID(), card = GOOD_CARD, ...body }) =>
      call(gatewayApi.checkout, { headers: { 'idempotency-key': idempotencyKey }, body: { ...body, card } }),
    orders: async () => (await call(gatewayApi.listOrders, { query: {} })).orders,
    order: (order_id) => call(gatewayApi.getOrder, { params: { order_id } }),
    async buyTickets({ event_id, seats = 2, promo_code } = {}) {
      await buyer.signIn();
      const events = await buyer.browse();
      const event = event_id === undefined ? events[0] : events.find(({ id }) => id === event_id);
      if (!event) throw new Error(`${event_id ?? 'No event'} is not among the events on sale.`);
      const hold = await holdSome(buyer, event.id, seats);
      const began = performance.now();
      const receipt = await buyer.checkout({
        event_id: event.id,
        hold_id: hold.hold_id,
        ...(promo_code !== undefined && { promo_code }),
      });
      return { event, hold, receipt, checkoutMs: performance.now() - began };
    },
  };
  return buyer;
}

/** Neighbouring seats from the front; where somebody was faster, any others. */
async function holdSome(buyer: Buyer, event_id: string, seats: number): Promise<Hold> {
  for (let faster = 0; ; faster += 1) {
    const free = await buyer.freeSeats(event_id, faster === 0 ? seats : SEATS_LOOKED_AT);
    const from = faster === 0 ? 0 : randomInt(Math.max(1, free.length - seats + 1));
    if (free.length < seats) throw new Error(`${event_id} has ${free.length} free seats left.`);
    try {
      return await buyer.hold(event_id, free.slice(from, from + seats));
    } catch (error) {
      if (!(error instanceof ShopError) || error.code !== 'seat_taken' || faster === FASTER_BUYERS) throw error;
    }
  }
}
