import { after, before, describe } from 'node:test';
import { patient, startTestFleet, type TestFleet } from './harness/fleet.ts';
import { seatPicker } from './harness/seats.ts';
import { crowdSuite, firstPurchasesSuite } from './suites/crowd.ts';
import { emittedSuite } from './suites/emitted.ts';
import { replaysSuite } from './suites/replays.ts';
import { rushSuite } from './suites/rush.ts';

for (const tracing of ['otel', 'xray'] as const) {
  describe(`a fleet whose tracing is ${tracing}`, () => {
    let fleet: TestFleet;
    const fleetOf = (): TestFleet => fleet;
    const takeSeats = seatPicker('evt_01');
    before(async () => {
      fleet = await startTestFleet({ tracing, env: patient });
    });
    after(() => fleet.stop());

    firstPurchasesSuite(fleetOf, takeSeats, 200);
    for (let time = 0; time < 3; time += 1) crowdSuite(fleetOf, takeSeats, 100);
    describe('in a rush', () => rushSuite(fleetOf));
    describe('asked twice', () => replaysSuite(fleetOf, seatPicker('evt_06')));
    emittedSuite(fleetOf);
  });
}
