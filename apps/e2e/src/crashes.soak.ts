import { after, before, describe } from 'node:test';
import { seatPicker } from './harness/seats.ts';
import { type ShopFleet, startShopFleet } from './harness/shop-fleet.ts';
import { allCrashes } from './suites/crash-points.ts';
import { crashesSuite, storeCrashesSuite } from './suites/crashes.ts';
import { emittedSuite } from './suites/emitted.ts';

describe('the shop, killed at every step,', () => {
  let fleet: ShopFleet;
  const fleetOf = (): ShopFleet => fleet;
  const takeSeats = seatPicker('evt_03');
  before(async () => {
    fleet = await startShopFleet();
  });
  after(() => fleet.stop());

  crashesSuite(fleetOf, takeSeats, allCrashes);
  storeCrashesSuite(fleetOf, takeSeats, 6);
  describe('after all of this', () => emittedSuite(fleetOf));
});
