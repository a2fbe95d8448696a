import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@throughline/contracts';
import { type Fleet, type FleetEvent, type FleetOptions, freeOffset, startFleet } from '@throughline/local';
import { type Books, openBooks } from './books.ts';
import { openShop, type Shop } from './shop.ts';
import { readTraces, type TraceReader } from './traces.ts';

/** A fleet of real processes in a temporary folder, with everything that a test looks at. */
export interface TestFleet {
  readonly fleet: Fleet;
  /** Directory of its state. */
  readonly state: string;
  readonly events: readonly FleetEvent[];
  readonly shop: Shop;
  readonly traces: TraceReader;
  readonly books: Books;
  stop(): Promise<void>;
}

/**
 * Time-outs for a crowd on a busy machine of two cores: what is asked for is that every purchase is told of, not that it is fast.
 */
const patience: Partial<Record<ServiceName, Record<string, string>>> = {
  checkout: { STEP_TIMEOUT_MS: '20000' },
  gateway: { CHECKOUT_TIMEOUT_MS: '60000', UPSTREAM_TIMEOUT_MS: '20000' },
  // One that expires in between would set some traces of a crowd apart from the others.
  pricing: { CACHE_TTL_MS: '600000' },
};
export const patient = (name: ServiceName): Record<string, string> => patience[name] ?? {};

/** The fleet of a suite, which is there once its tests run. */
export type FleetOf = () => TestFleet;

/** Not the first that is free: several test runs on one machine would all take that. */
export const someFreeOffset = (): Promise<number> => freeOffset(100 * (1 + Math.floor(Math.random() * 150)));

export async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-e2e-'));
  // PostgreSQL, which does not run as root, has to get through.
  await chmod(folder, 0o711);
  return folder;
}

export async function startTestFleet(
  options: Pick<FleetOptions, 'tracing' | 'env' | 'offset'> = {},
): Promise<TestFleet> {
  const state = await stateFolder();
  const events: FleetEvent[] = [];
  const fleet = await startFleet({
    ...options,
    state,
    offset: options.offset ?? (await someFreeOffset()),
    onEvent: (event) => void events.push(event),
  });
  const traces = readTraces(fleet.urls['observatory'] ?? '');
  const books = openBooks(fleet, state);
  return {
    fleet,
    state,
    events,
    shop: openShop(fleet.urls['gateway'] ?? ''),
    traces,
    books,
    async stop() {
      traces.close();
      books.close();
      await fleet.stop();
      await rm(state, { recursive: true, force: true });
    },
  };
}
