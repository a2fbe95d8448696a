import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { promotionsApi, type ServiceName } from '@throughline/contracts';
import { httpClient } from '@throughline/service';
import type { Span, Trace } from '@throughline/traces';
import { eventuallyNothing } from '../harness/eventually.ts';
import type { FleetOf } from '../harness/fleet.ts';
import { wrongsIn } from '../harness/honesty.ts';
import { card, cards } from '../harness/shop.ts';
import { isSettled, spansOf } from '../harness/traces.ts';

const event = 'evt_05';

/** How each step is undone, as the service that does it names it. */
const undoing = {
  seats: 'seats POST /holds/:hold_id/release',
  promo: 'pricing POST /quotes/:purchase_id/release',
  payment: 'payments POST /payments/:purchase_id/void',
  order: 'orders POST /purchases/:purchase_id/order/cancel',
} as const;
const all = ['seats', 'promo', 'payment', 'order'] as const;

interface Failure {
  readonly because: string;
  /** What makes it fail, besides the purchase itself; returns what takes it away again. */
  readonly arrange?: (fleetOf: FleetOf, holdId: string) => Promise<void | (() => Promise<void>)>;
  readonly buyer?: number;
  readonly promo?: string;
  readonly card?: ReturnType<typeof card>;
  readonly event?: string;
  readonly holdId?: string;
  /** Status and code that the buyer reads. */
  readonly reads: readonly [number, string];
  /** The service whose server span shows it, and as what. */
  readonly shown: readonly [ServiceName, Span['status']];
  readonly undone: readonly (keyof typeof undoing)[];
  /** The bank's word; undefined where it was never asked. */
  readonly payment?: string;
}

/** A store that refuses a write, as one whose disk is full does. */
const refusing =
  (service: ServiceName, moment: string, condition: string) =>
  async (fleetOf: FleetOf): Promise<() => Promise<void>> => {
    const { books } = fleetOf();
    await books.sql(
      service,
      `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'could not extend file: no space left on device' USING ERRCODE = 'disk_full'; END $$;
       CREATE TRIGGER refusing BEFORE ${moment} FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION refuse()`,
    );
    return async () => void (await books.sql(service, 'DROP FUNCTION refuse CASCADE'));
  };

/** All uses of a promo code are reserved for other purchases. */
const usedUp =
  (code: string, uses: number) =>
  async (fleetOf: FleetOf): Promise<void> => {
    const promotions = httpClient(promotionsApi, {
      name: 'promotions',
      baseUrl: fleetOf().fleet.urls['promotions'] ?? '',
    });
    const purchases = Array.from({ length: uses }, () => ({ purchase_id: randomUUID() }));
    for (const body of purchases) await promotions.reserve({ params: { code }, body });
  };

const failures: readonly Failure[] = [
  {
    because: 'its hold has expired',
    async arrange(fleetOf, holdId) {
      const late = `UPDATE holds SET expires_at = now() - interval '1 s' WHERE hold_id = $1`;
      await fleetOf().books.sql('seats', late, [holdId]);
    },
    reads: [410, 'hold_expired'],
    shown: ['seats', 'error'],
    undone: ['seats'],
  },
  {
    because: 'it has no hold',
    holdId: randomUUID(),
    reads: [404, 'no_hold'],
    shown: ['seats', 'error'],
    undone: ['seats'],
  },
  {
    because: 'its hold is for another event',
    event: 'evt_04',
    reads: [404, 'no_hold'],
    shown: ['checkout', 'error'],
    undone: ['seats'],
  },
  {
    because: 'there is no such event',
    event: 'evt_77',
    reads: [404, 'no_event'],
    shown: ['catalog', 'error'],
    undone: ['seats'],
  },
  {
    because: 'there is no such promo code',
    promo: 'NOSUCH',
    reads: [404, 'no_promo'],
    shown: ['promotions', 'error'],
    undone: ['seats'],
  },
  {
    because: 'its promo code has expired',
    promo: 'LASTYEAR',
    reads: [410, 'promo_expired'],
    shown: ['pricing', 'error'],
    undone: ['seats'],
  },
  {
    because: 'its promo code is used up',
    promo: 'FIRST10',
    arrange: usedUp('FIRST10', 10),
    reads: [409, 'promo_used_up'],
    shown: ['promotions', 'error'],
    undone: ['seats'],
  },
  {
    because: 'the card is declined',
    card: card(cards.declined),
    reads: [402, 'card_declined'],
    shown: ['payments', 'error'],
    undone: ['seats', 'promo'],
    payment: 'declined',
  },
  {
    because: 'the card has expired',
    card: card(cards.good, '01/20'),
    reads: [402, 'card_expired'],
    shown: ['payments', 'error'],
    undone: ['seats', 'promo'],
    payment: 'declined',
  },
  {
    because: 'the fraud check refuses its buyer',
    buyer: 0,
    reads: [403, 'refused_by_fraud_check'],
    shown: ['payments', 'error'],
    undone: ['seats', 'promo'],
  },
  {
    because: 'the fraud check does not answer',
    async arrange(fleetOf) {
      const { fleet } = fleetOf();
      fleet.kill('fraud', 'SIGSTOP');
      return async () => fleet.kill('fraud', 'SIGCONT');
    },
    reads: [409, 'purchase_failed'],
    shown: ['checkout', 'error'],
    undone: ['seats', 'promo', 'payment'],
    payment: 'voided',
  },
  {
    because: 'the order cannot be written',
    arrange: refusing('orders', 'INSERT ON orders', `NEW.status = 'pending'`),
    reads: [409, 'purchase_failed'],
    shown: ['orders', 'fault'],
    undone: all,
    payment: 'voided',
  },
  {
    because: 'the sale of the seats cannot be written',
    arrange: refusing('seats', 'UPDATE ON seats', `NEW.status = 'sold'`),
    reads: [409, 'purchase_failed'],
    shown: ['seats', 'fault'],
    undone: all,
    payment: 'voided',
  },
  {
    because: 'the bank refuses the capture',
    card: card(cards.notCaptured),
    reads: [402, 'capture_refused'],
    shown: ['payments', 'error'],
    undone: all,
    payment: 'voided',
  },
  {
    because: 'the order cannot be confirmed',
    arrange: refusing('orders', 'UPDATE ON orders', `NEW.status = 'confirmed'`),
    reads: [409, 'purchase_failed'],
    shown: ['orders', 'fault'],
    undone: all,
    payment: 'refunded',
  },
  {
    because: 'the order cannot be put into the outbox',
    arrange: refusing('orders', 'INSERT ON outbox', 'true'),
    reads: [409, 'purchase_failed'],
    shown: ['orders', 'fault'],
    undone: all,
    payment: 'refunded',
  },
];

/** Operations of undoing that the trace shows, each with how it went. */
const undoneIn = (trace: Trace): string[] => {
  const calls: ReadonlySet<string> = new Set(Object.values(undoing));
  return spansOf(trace)
    .filter(({ span, parent }) => span.kind === 'server' && parent?.span.service === 'checkout')
    .map(({ span }) => `${span.service} ${span.name}`)
    .filter((call) => calls.has(call))
    .toSorted();
};

/** Each step of a purchase fails for a reason that it can have. */
export function failuresSuite(fleetOf: FleetOf, takeSeats: (count: number) => string[]): void {
  describe('a purchase is undone, told its buyer and shown by its trace when', () => {
    for (const failure of failures) {
      test(failure.because, async () => {
        const { shop, books, traces } = fleetOf();
        const buyer = await shop.buyer(failure.buyer ?? 20);
        const seatIds = takeSeats(2);
        const { body: hold } = await buyer.hold(event, seatIds);
        const restore = await failure.arrange?.(fleetOf, hold.hold_id);

        const asked = buyer.checkout(failure.holdId ?? hold.hold_id, {
          event: failure.event ?? event,
          promo: failure.promo ?? 'ENCORE10',
          ...(failure.card && { card: failure.card }),
        });
        await Promise.allSettled([asked]);
        await restore?.();
        const { status, error } = await asked;

        assert.deepEqual([status, error?.code], failure.reads, JSON.stringify({ error }));
        const expected = failure.undone.map((step) => undoing[step]).toSorted();
        const whole = (trace: Trace): boolean =>
          isSettled(trace) && undoneIn(trace).length >= expected.length && trace.root.span.service === 'gateway';
        const trace = await traces.when(error?.trace_id ?? '', whole);
        assert.deepEqual(trace.missing_parents, []);
        assert.deepEqual(undoneIn(trace), expected);
        const [service, as] = failure.shown;
        assert.ok(
          spansOf(trace).some(({ span }) => span.kind === 'server' && span.service === service && span.status === as),
          `${service} shows no ${as}`,
        );

        await eventuallyNothing(async () => wrongsIn(await books.snapshot()), 20_000);
        const { purchases, authorisations, seats } = await books.snapshot();
        const purchase = purchases.find(({ request }) => request.hold_id === (failure.holdId ?? hold.hold_id));
        const charge = authorisations.find(({ reference }) => reference === purchase?.purchase_id);
        assert.equal(charge?.state, failure.payment);
        const kept = seats.filter((seat) => seat.event_id === event && seatIds.includes(seat.seat_id));
        assert.deepEqual(kept, failure.holdId || failure.because.includes('expired') ? kept : []);
      });
    }

    test('a service is away for so long that nobody can say how it ends: it ends when the service is back', async () => {
      const { shop, books, fleet, traces } = fleetOf();
      const buyer = await shop.buyer(21);
      const { body: hold } = await buyer.hold(event, takeSeats(2));
      const key = randomUUID();
      const ask = () => buyer.checkout(hold.hold_id, { event, promo: 'ENCORE10', key });
      fleet.kill('bank', 'SIGSTOP');
      const first = await ask().finally(() => fleet.kill('bank', 'SIGCONT'));
      assert.deepEqual([first.status, first.error?.code], [503, 'purchase_undecided']);

      await eventuallyNothing(async () => wrongsIn(await books.snapshot()), 20_000);
      const later = await ask();
      assert.deepEqual([later.status, later.error?.code], [409, 'purchase_failed']);
      const trace = await traces.when(first.error?.trace_id ?? '', (found) => isSettled(found) && resumed(found));
      assert.ok(resumed(trace), 'the trace of the purchase goes on with its end');
    });
  });
}

const resumed = (trace: Trace): boolean =>
  spansOf(trace).some(({ span }) => span.service === 'checkout' && span.annotations['shop.saga_step'] === 'undo');
