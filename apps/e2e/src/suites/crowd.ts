import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Trace } from '@throughline/traces';
import { untilSilent } from '../harness/emitted.ts';
import type { FleetOf } from '../harness/fleet.ts';
import { type Answer, inParallel } from '../harness/shop.ts';
import { isSold, shapeOf } from '../harness/traces.ts';

type Seats = (count: number) => string[];
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Has buyers 1 to `count` each buy two seats; returns when all were answered. */
async function buyAll(fleetOf: FleetOf, takeSeats: Seats, count: number, atOnce: number): Promise<void> {
  const { shop } = fleetOf();
  const buyers = await inParallel(20, upTo(count), (number) => shop.buyer(number));
  const holds = await inParallel(20, buyers, (buyer) => buyer.hold('evt_01', takeSeats(2)));
  const answers: Answer<unknown>[] = await inParallel(atOnce, buyers, (buyer, index) =>
    buyer.checkout(holds[index]?.body.hold_id ?? '', { promo: 'ENCORE10' }),
  );
  const refused = answers.filter(({ status }) => status !== 201);
  assert.deepEqual(
    refused.map(({ status, error }) => [status, error]),
    [],
  );
}

/** The traces of purchases beyond the known ones, when nothing more comes. */
async function newTraces(fleetOf: FleetOf, known: ReadonlySet<string>): Promise<Trace[]> {
  const { traces, state } = fleetOf();
  await untilSilent(state);
  return traces.get((await traces.ofCheckouts()).filter((id) => !known.has(id)));
}

/** Right after the start of a fleet: nobody waits until it has warmed up. */
export function firstPurchasesSuite(fleetOf: FleetOf, takeSeats: Seats, count: number): void {
  test(`the first ${count} purchases of a fleet that has just started are ${count} whole traces`, async () => {
    await buyAll(fleetOf, takeSeats, count, 20);
    const found = await newTraces(fleetOf, new Set());
    assert.equal(found.length, count);
    assert.deepEqual(
      found.filter((trace) => !isSold(trace)).map(({ trace_id }) => trace_id),
      [],
    );
  });
}

/** In a fleet that is warm: each of many purchases at once leaves the trace of a lone one. */
export function crowdSuite(fleetOf: FleetOf, takeSeats: Seats, count: number): void {
  test(`${count} purchases at once are ${count} traces, each with what a lone one has`, async () => {
    const { traces } = fleetOf();
    const before = new Set(await traces.ofCheckouts());
    await buyAll(fleetOf, takeSeats, 1, 1);
    const [lone] = await newTraces(fleetOf, before);
    assert.ok(lone && isSold(lone));
    before.add(lone.trace_id);

    await buyAll(fleetOf, takeSeats, count, count);
    const found = await newTraces(fleetOf, before);
    assert.equal(found.length, count);
    const shape = shapeOf(lone);
    for (const trace of found) assert.deepEqual(shapeOf(trace), shape, trace.trace_id);
  });
}
