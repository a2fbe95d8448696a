import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { season } from '@throughline/contracts';
import { silentLog, startApp, until } from '@throughline/testing';
import { createApp } from './app.ts';
import { another, buyerOf, code, count, nextRow, startSeats, type Seats } from './seats.fixture.ts';
import { seed } from './seed.ts';
import { postgresStore } from './store.ts';
import { startSweeping, sweep } from './sweep.ts';

describe('seats', () => {
  let fixture: Seats;

  before(async () => {
    fixture = await startSeats();
  });
  after(() => fixture.stop());

  describe('free seats', () => {
    it('are listed by section, row and number, with their count, in one statement', async () => {
      await using seats = await fixture.app();
      const reply = await buyerOf(seats).free('evt_08', '?limit=41');
      const [first, ...rest] = reply.body.seats;
      assert.deepEqual([reply.status, reply.body.free, reply.body.seats.length], [200, 3_000, 41]);
      assert.deepEqual(first, { seat_id: 'A-1-1', section: 'A' });
      assert.deepEqual([rest[8]?.seat_id, rest.at(-1)?.seat_id], ['A-1-10', 'A-2-1']);
      const [server, ...spans] = await reply.spans();
      assert.equal(server.name, 'GET /events/:event_id/seats');
      assert.deepEqual(
        spans.map(({ kind, peer, parent_id }) => [kind, peer?.name, parent_id]),
        [['client', 'seats@postgres', server.span_id]],
      );
    });

    it('can be asked for by section', async () => {
      await using seats = await fixture.app();
      const { body } = await buyerOf(seats).free('evt_08', '?section=C&limit=1');
      assert.deepEqual(body, { event_id: 'evt_08', free: 1_200, seats: [{ seat_id: 'C-1-1', section: 'C' }] });
      assert.deepEqual((await buyerOf(seats).free('evt_08', '?section=Z')).body.free, 0);
    });

    it('of an unknown event are not found', async () => {
      await using seats = await fixture.app();
      assert.deepEqual(code(await buyerOf(seats).free('evt_99')), [404, 'no_event']);
      assert.equal((await buyerOf(seats).free('evt_01', '?limit=501')).status, 400);
    });

    it('are seeded for every event, once', async () => {
      await seed(fixture.database);
      const rows = await fixture.database.query<{ seats: number }>(
        'SELECT count(*) AS seats FROM seats GROUP BY event_id ORDER BY 1',
      );
      assert.deepEqual(
        rows.map((each) => each.seats),
        season.map(() => 3_000),
      );
    });
  });

  describe('a hold', () => {
    it('takes its seats off the list until it runs out', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow('evt_03');
      const buyer = buyerOf(seats);
      const reply = await buyer.hold(event_id, ids(1, 2));
      assert.equal(reply.status, 201);
      const left = Date.parse(reply.body.expires_at) - Date.now();
      assert.ok(left > 290_000 && left < 310_000, `${left} ms left`);
      assert.equal((await buyer.free(event_id)).body.free, 2_998);
      const [server, ...spans] = await reply.spans();
      assert.equal(server.annotations['shop.seat_count'], 2);
      assert.ok(spans.every(({ kind, peer }) => kind === 'client' && peer?.name === 'seats@postgres'));
      await fixture.expire(reply.body.hold_id);
      assert.equal((await buyer.free(event_id)).body.free, 3_000);
    });

    it('is all or nothing', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      await buyerOf(seats).hold(event_id, ids(2));
      const reply = await buyerOf(seats, another).hold(event_id, ids(1, 2, 3));
      assert.deepEqual(code(reply), [409, 'seat_taken']);
      assert.deepEqual(await fixture.statusOf(event_id, ids(1, 2, 3)), ['free', 'held', 'free']);
    });

    it('of a seat that does not exist is refused', async () => {
      await using seats = await fixture.app();
      assert.deepEqual(code(await buyerOf(seats).hold('evt_02', ['A-1-1', 'A-99-1'])), [404, 'no_seat']);
      assert.deepEqual(code(await buyerOf(seats).hold('evt_77', ['A-1-1'])), [404, 'no_seat']);
      assert.equal((await buyerOf(seats).hold('evt_02', ['A-1-1', 'A-1-1'])).status, 400);
      assert.equal((await buyerOf(seats).hold('evt_02', [])).status, 400);
    });

    it('is won by one of fifty who want the same seats at once', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      const replies = await Promise.all(Array.from({ length: 50 }, () => buyerOf(seats).hold(event_id, ids(5, 6, 7))));
      assert.deepEqual([count(replies, 201), count(replies, 409)], [1, 49]);
    });

    it('never shares a seat with an overlapping one, nor do the two wait for each other', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      // Each wants four neighbours in a ring of twelve, named in the order that would deadlock if it were used.
      const wishes = Array.from({ length: 48 }, (_, index) => {
        const wish = ids(...[0, 1, 2, 3].map((step) => ((index + step) % 12) + 1));
        return index % 2 === 0 ? wish : wish.toReversed();
      });
      const replies = await Promise.all(wishes.map((wish) => buyerOf(seats).hold(event_id, wish)));
      const held = replies.filter(({ status }) => status === 201).flatMap(({ body }) => body.seat_ids);
      assert.equal(new Set(held).size, held.length);
      assert.ok(held.length >= 4);
      assert.equal(count(replies, 201) + count(replies, 409), 48);
    });

    it('that has run out gives way to one of many, also while it is swept', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      const old = await buyerOf(seats).hold(event_id, ids(1, 2));
      await fixture.expire(old.body.hold_id);
      const [replies] = await Promise.all([
        Promise.all(Array.from({ length: 20 }, () => buyerOf(seats, another).hold(event_id, ids(1, 2)))),
        sweep(fixture.database),
      ]);
      assert.deepEqual([count(replies, 201), count(replies, 409)], [1, 19]);
      assert.deepEqual(code(await buyerOf(seats).confirm(old.body.hold_id, randomUUID())), [410, 'hold_expired']);
      assert.deepEqual((await buyerOf(seats).release(old.body.hold_id)).body, { released: 0 });
      assert.deepEqual(await fixture.statusOf(event_id, ids(1, 2)), ['held', 'held']);
    });

    it('is found by its buyer alone, until it runs out', async () => {
      await using seats = await fixture.app();
      const { event_id, seats: ids } = nextRow();
      const { body: hold } = await buyerOf(seats).hold(event_id, ids(1));
      const found = await buyerOf(seats).find(hold.hold_id);
      assert.deepEqual([found.status, found.body], [200, hold]);
      assert.deepEqual(code(await buyerOf(seats, another).find(hold.hold_id)), [404, 'no_hold']);
      assert.deepEqual(code(await buyerOf(seats).find(randomUUID())), [404, 'no_hold']);
      assert.equal((await buyerOf(seats).find('17')).status, 400);
      await fixture.expire(hold.hold_id);
      assert.deepEqual(code(await buyerOf(seats).find(hold.hold_id)), [410, 'hold_expired']);
    });
  });

  it('frees the seats of expired holds now and then', async () => {
    await using seats = await fixture.app();
    const { event_id, seats: ids } = nextRow();
    const { body: hold } = await buyerOf(seats).hold(event_id, ids(1, 2));
    await fixture.expire(hold.hold_id);
    const stop = startSweeping(fixture.database, { everySeconds: 0.02, log: silentLog });
    await until('the sweep', async () => (await fixture.statusOf(event_id, ids(1, 2))).join() === 'free,free');
    await stop();
  });

  it('answers 500 without a word of the store when the store fails', async () => {
    const closed = await fixture.open();
    await closed.close();
    await using seats = await startApp(createApp({ store: postgresStore(closed), log: silentLog }));
    const reply = await buyerOf(seats).hold('evt_01', ['A-1-1']);
    assert.deepEqual(code(reply), [500, 'internal_error']);
    assert.doesNotMatch(JSON.stringify(reply.body), /pool/);
    assert.equal((await reply.spans())[0].status, 'fault');
  });
});
