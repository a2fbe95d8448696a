export type { FleetTracing } from './environment.ts';
export type { FleetEvent, OnEvent } from './events.ts';
export { type Fleet, type FleetOptions, startFleet } from './fleet.ts';
export { initDatabases, initQueues, initTables } from './init.ts';
export { withWhatTheyCall } from './needs.ts';
export { PartFailed } from './part.ts';
export { repositoryRoot } from './paths.ts';
export { type Stores, startStores } from './stores.ts';
