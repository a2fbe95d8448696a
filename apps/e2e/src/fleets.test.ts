import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { documentCount } from './harness/emitted.ts';
import { patient, startTestFleet, type TestFleet } from './harness/fleet.ts';
import { seatPicker } from './harness/seats.ts';
import { crowdSuite, firstPurchasesSuite } from './suites/crowd.ts';
import { edgesSuite } from './suites/edges.ts';
import { emittedSuite } from './suites/emitted.ts';
import { replaysSuite } from './suites/replays.ts';
import { rushSuite } from './suites/rush.ts';

const IDLE_MS = 30_000;
/** A fleet that nobody asks anything, while another one is looked at. */
let idle: { readonly fleet: TestFleet; readonly since: number; readonly documents: number } | undefined;

for (const tracing of ['mixed', 'otel', 'xray'] as const) {
  describe(`a fleet whose tracing is ${tracing}`, () => {
    let fleet: TestFleet;
    const fleetOf = (): TestFleet => fleet;
    const takeSeats = seatPicker('evt_01');
    before(async () => {
      fleet = await startTestFleet({ tracing, env: patient });
    });
    after(async () => {
      if (tracing !== 'mixed') return fleet.stop();
      idle = { fleet, since: Date.now(), documents: documentCount(fleet.state) };
    });

    firstPurchasesSuite(fleetOf, takeSeats, tracing === 'mixed' ? 200 : 30);
    describe('asked for one purchase', () => edgesSuite(fleetOf, takeSeats));
    crowdSuite(fleetOf, takeSeats, 100);
    if (tracing === 'mixed') {
      describe('in a rush', () => rushSuite(fleetOf));
      describe('asked twice', () => replaysSuite(fleetOf, seatPicker('evt_06')));
    }
    emittedSuite(fleetOf);
  });
}

after(() => idle?.fleet.stop());

describe('a fleet that is left alone', () => {
  test('emits no span in 30 s', async () => {
    assert.ok(idle);
    await sleep(Math.max(0, idle.since + IDLE_MS - Date.now()));
    assert.equal(documentCount(idle.fleet.state), idle.documents);
  });
});
