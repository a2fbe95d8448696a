import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { until } from '@throughline/testing';
import { another, buyerOf, code, count, nextRow, startSeats, type Seats } from './seats.fixture.ts';

describe('seats on sale', () => {
  let fixture: Seats;

  before(async () => {
    fixture = await startSeats();
  });
  after(() => fixture.stop());

  describe('a sale', () => {
    it('is made once, and a second call of the same purchase changes nothing', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      const buyer = buyerOf(seats);
      const { body: hold } = await buyer.hold(event_id, ids(1, 2));
      const purchase = randomUUID();
      const replies = await Promise.all(Array.from({ length: 10 }, () => buyer.confirm(hold.hold_id, purchase)));
      for (const reply of replies) assert.deepEqual([reply.status, reply.body], [200, hold]);
      assert.equal((await replies[0]?.spans())?.[0].annotations['shop.purchase_id'], purchase);
      assert.deepEqual(await fixture.statusOf(event_id, ids(1, 2)), ['sold', 'sold']);
      await fixture.expire(hold.hold_id);
      assert.equal((await buyer.find(hold.hold_id)).status, 200);
    });

    it('goes to one of many purchases that want the same hold at once', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      const { body: hold } = await buyerOf(seats).hold(event_id, ids(1, 2));
      const replies = await Promise.all(
        Array.from({ length: 20 }, () => buyerOf(seats).confirm(hold.hold_id, randomUUID())),
      );
      assert.equal(count(replies, 200), 1);
      const lost = replies.filter(({ status }) => status !== 200);
      assert.ok(lost.every((reply) => code(reply).join(' ') === '409 sold_to_another'));
    });

    it('needs a hold of the buyer that has not run out', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      const { body: hold } = await buyerOf(seats).hold(event_id, ids(1));
      const purchase = randomUUID();
      assert.deepEqual(code(await buyerOf(seats, another).confirm(hold.hold_id, purchase)), [404, 'no_hold']);
      assert.deepEqual(code(await buyerOf(seats).confirm(randomUUID(), purchase)), [404, 'no_hold']);
      await fixture.expire(hold.hold_id);
      assert.deepEqual(code(await buyerOf(seats).confirm(hold.hold_id, purchase)), [410, 'hold_expired']);
      assert.deepEqual(await fixture.statusOf(event_id, ids(1)), ['held']);
    });

    it('is refused where the seats went to another while it waited for them', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      const { body: hold } = await buyerOf(seats).hold(event_id, ids(1, 2));
      const { database } = fixture;
      const sale = await database.untraced(async (query) => {
        await query('SELECT 1 FROM seats WHERE event_id = $1 AND seat_id = $2 FOR UPDATE', [event_id, ids(2)[0]]);
        const waiting = buyerOf(seats).confirm(hold.hold_id, randomUUID());
        await until('the sale to wait for its seats', () =>
          database
            .query(`SELECT 1 FROM pg_stat_activity WHERE datname = 'seats' AND wait_event_type = 'Lock'`)
            .then((rows) => rows.length > 0),
        );
        await query('UPDATE seats SET hold_id = $3 WHERE event_id = $1 AND seat_id = $2', [
          event_id,
          ids(2)[0],
          randomUUID(),
        ]);
        return { reply: waiting };
      });
      assert.deepEqual(code(await sale.reply), [410, 'hold_expired']);
      assert.deepEqual(await fixture.statusOf(event_id, ids(1, 2)), ['held', 'held']);
    });

    it('and buyers who take the seats as the hold runs out never both have them', async () => {
      await using seats = await fixture.app();
      for (let round = 1; round <= 10; round += 1) {
        const { event_id, seats: ids } = {
          event_id: 'evt_04',
          seats: (): string[] => [`B-1-${round}`, `B-2-${round}`],
        };
        const { body: hold } = await buyerOf(seats).hold(event_id, ids());
        const [, sale, taken] = await Promise.all([
          fixture.expire(hold.hold_id),
          buyerOf(seats).confirm(hold.hold_id, randomUUID()),
          buyerOf(seats, another).hold(event_id, ids()),
        ]);
        assert.ok(!(sale.status === 200 && taken.status === 201), 'sold and held by another');
        assert.ok([200, 410].includes(sale.status) && [201, 409].includes(taken.status));
      }
    });
  });

  describe('a release', () => {
    it('gives held seats back, and again changes nothing', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      const { body: hold } = await buyerOf(seats).hold(event_id, ids(1, 2));
      const first = await buyerOf(seats).release(hold.hold_id);
      assert.deepEqual([first.status, first.body], [200, { released: 2 }]);
      assert.deepEqual((await buyerOf(seats).release(hold.hold_id)).body, { released: 0 });
      assert.deepEqual(await fixture.statusOf(event_id, ids(1, 2)), ['free', 'free']);
      assert.deepEqual(code(await buyerOf(seats).find(hold.hold_id)), [410, 'hold_expired']);
      assert.deepEqual(code(await buyerOf(seats).confirm(hold.hold_id, randomUUID())), [410, 'hold_expired']);
    });

    it('leaves an unknown hold and the hold of another buyer alone', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      const { body: hold } = await buyerOf(seats).hold(event_id, ids(1));
      assert.deepEqual((await buyerOf(seats).release(randomUUID())).body, { released: 0 });
      assert.deepEqual((await buyerOf(seats, another).release(hold.hold_id)).body, { released: 0 });
      assert.deepEqual(await fixture.statusOf(event_id, ids(1)), ['held']);
    });

    it('undoes the sale of the same purchase, never of another, nor without one', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      const buyer = buyerOf(seats);
      const { body: hold } = await buyer.hold(event_id, ids(1, 2));
      const purchase = randomUUID();
      await buyer.confirm(hold.hold_id, purchase);
      assert.deepEqual((await buyer.release(hold.hold_id)).body, { released: 0 });
      assert.deepEqual((await buyer.release(hold.hold_id, randomUUID())).body, { released: 0 });
      assert.deepEqual(await fixture.statusOf(event_id, ids(1, 2)), ['sold', 'sold']);
      assert.deepEqual((await buyer.release(hold.hold_id, purchase)).body, { released: 2 });
      assert.deepEqual(await fixture.statusOf(event_id, ids(1, 2)), ['free', 'free']);
      assert.deepEqual(code(await buyer.confirm(hold.hold_id, purchase)), [410, 'hold_expired']);
    });

    it('and a sale at the same time end as sold or as free, never in between', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      for (const number of [1, 3, 5, 7, 9, 11]) {
        const pair = ids(number, number + 1);
        const { body: hold } = await buyerOf(seats).hold(event_id, pair);
        const [sale, release] = await Promise.all([
          buyerOf(seats).confirm(hold.hold_id, randomUUID()),
          buyerOf(seats).release(hold.hold_id),
        ]);
        const sold = sale.status === 200;
        assert.deepEqual(release.body.released, sold ? 0 : 2);
        assert.deepEqual(await fixture.statusOf(event_id, pair), sold ? ['sold', 'sold'] : ['free', 'free']);
        if (!sold) assert.deepEqual(code(sale), [410, 'hold_expired']);
      }
    });
  });
});
