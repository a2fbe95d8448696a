import { after, before, describe } from 'node:test';
import { seatPicker } from './harness/seats.ts';
import { type ShopFleet, startShopFleet } from './harness/shop-fleet.ts';
import { badInputSuite } from './suites/bad-input.ts';
import { someCrashes } from './suites/crash-points.ts';
import { crashesSuite, storeCrashesSuite } from './suites/crashes.ts';
import { emittedSuite } from './suites/emitted.ts';
import { failuresSuite } from './suites/failures.ts';
import { garbageSuite } from './suites/garbage.ts';

describe('the shop', () => {
  let fleet: ShopFleet;
  const fleetOf = (): ShopFleet => fleet;
  before(async () => {
    fleet = await startShopFleet();
  });
  after(() => fleet.stop());

  describe('when something fails', () => failuresSuite(fleetOf, seatPicker('evt_05')));
  describe('when something dies', () => {
    const takeSeats = seatPicker('evt_03');
    crashesSuite(fleetOf, takeSeats, someCrashes);
    storeCrashesSuite(fleetOf, takeSeats, 1);
  });
  describe('sent anything', () => badInputSuite(fleetOf));
  garbageSuite(fleetOf);
  describe('after all of this', () => emittedSuite(fleetOf));
});
