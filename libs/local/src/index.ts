export {
  createBuyer,
  GOOD_CARD,
  ShopError,
  type Bought,
  type Buyer,
  type BuyerOptions,
  type CheckoutInput,
  type TicketWish,
} from './buyer.ts';
export type { FleetTracing } from './environment.ts';
export type { FleetEvent, OnEvent } from './events.ts';
export { type Fleet, type FleetOptions, startFleet } from './fleet.ts';
export { freeOffset } from './free-offset.ts';
export { initAws, initQueues, initTables } from './init-aws.ts';
export { initDatabases } from './init-databases.ts';
export { withWhatTheyCall } from './needs.ts';
export { PartFailed } from './part.ts';
export { repositoryRoot } from './paths.ts';
export { type Stores, startStores } from './stores.ts';
