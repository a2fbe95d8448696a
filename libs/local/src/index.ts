export { initDatabases, initQueues, initTables } from "./init.ts";
export { type Stores, startStores } from "./stores.ts";
