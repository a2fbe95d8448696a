import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventuallyNothing } from '../harness/eventually.ts';
import type { FleetOf } from '../harness/fleet.ts';
import { wrongsIn } from '../harness/honesty.ts';
import { type Answer, type Buyer, inParallel } from '../harness/shop.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const anyOf = (seats: readonly string[]): string | undefined => seats[Math.floor(Math.random() * seats.length)];

/** Many want the same few things at once. */
export function rushSuite(fleetOf: FleetOf): void {
  test('200 buyers at once for 50 seats buy exactly 50, and the books are in order', async () => {
    const { shop, books } = fleetOf();
    const event = 'evt_08';
    const wanted = new Set([...upTo(40).map((seat) => `A-1-${seat}`), ...upTo(10).map((seat) => `A-2-${seat}`)]);
    const buyers = await inParallel(20, upTo(200), (number) => shop.buyer(number));

    /** Tries one seat after another until one is bought, or none is free. */
    async function fight(buyer: Buyer): Promise<string | undefined> {
      let free = [...wanted];
      for (let seat = anyOf(free); seat !== undefined; seat = anyOf(free)) {
        const held = await buyer.hold(event, [seat]);
        if (held.status === 201) {
          const sold = await buyer.checkout(held.body.hold_id, { event });
          assert.equal(sold.status, 201, JSON.stringify(sold.body));
          return seat;
        }
        assert.equal(held.error?.code, 'seat_taken', JSON.stringify(held.body));
        const { body } = await shop.freeSeats(event, 'A');
        free = body.seats.map(({ seat_id }) => seat_id).filter((id) => wanted.has(id));
      }
      return undefined;
    }
    const bought = (await Promise.all(buyers.map(fight))).filter((seat) => seat !== undefined);

    assert.deepEqual(bought.toSorted(), [...wanted].toSorted());
    await eventuallyNothing(async () => wrongsIn(await books.snapshot()), 20_000);
    const { seats } = await books.snapshot();
    assert.equal(seats.filter(({ event_id, status }) => event_id === event && status === 'sold').length, 50);
  });

  test('a promo code with ten uses is used ten times by 30 purchases at once; the others are told and undone', async () => {
    const { shop, books } = fleetOf();
    const event = 'evt_07';
    const answers: Answer<unknown>[] = await Promise.all(
      upTo(30).map(async (number) => {
        const buyer = await shop.buyer(number);
        return buyer.buy([`C-1-${number}`], { event, promo: 'FIRST10' });
      }),
    );
    assert.deepEqual(
      Map.groupBy(answers, ({ status, error }) => `${status} ${error?.code ?? ''}`.trim())
        .entries()
        .map(([answer, some]) => [answer, some.length])
        .toArray()
        .toSorted(),
      [
        ['201', 10],
        ['409 promo_used_up', 20],
      ],
    );
    await eventuallyNothing(async () => wrongsIn(await books.snapshot()), 20_000);
    const { promotions, seats } = await books.snapshot();
    const promotion = promotions.find(({ code }) => code === 'FIRST10');
    assert.deepEqual(
      [promotion?.remaining, Object.values(promotion?.uses ?? {})],
      [0, Array.from({ length: 10 }, () => 'confirmed')],
    );
    assert.equal(seats.filter(({ event_id }) => event_id === event).length, 10);
  });
}
