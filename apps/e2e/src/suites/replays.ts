import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventuallyNothing } from '../harness/eventually.ts';
import type { FleetOf } from '../harness/fleet.ts';
import { wrongsIn } from '../harness/honesty.ts';
import { card } from '../harness/shop.ts';

const event = 'evt_06';

/** The same request twice. */
export function replaysSuite(fleetOf: FleetOf, takeSeats: (count: number) => string[]): void {
  test('ten requests at once under one idempotency key are one purchase with one answer', async () => {
    const { shop, books } = fleetOf();
    const buyer = await shop.buyer(11);
    const { body: hold } = await buyer.hold(event, takeSeats(2));
    const key = randomUUID();
    const ask = () => buyer.checkout(hold.hold_id, { event, key });

    const answers = await Promise.all(Array.from({ length: 10 }, ask));
    const later = await ask();

    assert.equal(later.status, 201);
    for (const { status, body, error } of answers) {
      if (status === 201) assert.deepEqual(body, later.body);
      else assert.deepEqual([status, error?.code], [409, 'in_progress']);
    }
    assert.ok(answers.some(({ status }) => status === 201));
    await eventuallyNothing(async () => wrongsIn(await books.snapshot()), 20_000);
    const { purchases, orders } = await books.snapshot();
    assert.equal(purchases.filter(({ request }) => request.hold_id === hold.hold_id).length, 1);
    assert.equal(orders.filter(({ purchase_id }) => purchase_id === later.body.purchase_id).length, 1);
  });

  test('a refusal is repeated too, and does not try again', async () => {
    const { shop } = fleetOf();
    const buyer = await shop.buyer(12);
    const { body: hold } = await buyer.hold(event, takeSeats(1));
    const key = randomUUID();
    const paidWith = card('4000000000000002');
    const first = await buyer.checkout(hold.hold_id, { event, key, card: paidWith });
    const again = await buyer.checkout(hold.hold_id, { event, key, card: paidWith });
    assert.deepEqual([first.status, first.error?.code], [402, 'card_declined']);
    assert.deepEqual(
      [again.status, again.error?.code, again.error?.message],
      [402, 'card_declined', first.error?.message],
    );
  });

  test('an idempotency key is refused for another purchase, and is its buyer’s own', async () => {
    const { shop } = fleetOf();
    const [one, other] = await Promise.all([shop.buyer(13), shop.buyer(14)]);
    const holds = await Promise.all([one, one, other].map((buyer) => buyer.hold(event, takeSeats(1))));
    const [first, second, others] = holds.map(({ body }) => body.hold_id) as [string, string, string];
    const key = randomUUID();
    assert.equal((await one.checkout(first, { event, key })).status, 201);

    for (const changed of [
      one.checkout(second, { event, key }),
      one.checkout(first, { event, key, promo: 'ENCORE10' }),
      one.checkout(first, { event, key, card: card('4000000000000002') }),
    ]) {
      const { status, error } = await changed;
      assert.deepEqual([status, error?.code], [422, 'key_reused']);
    }
    assert.equal((await other.checkout(others, { event, key })).status, 201);
  });
}
