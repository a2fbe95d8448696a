import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fleet, type FleetEvent, type FleetOptions, startFleet } from '@throughline/local';
import { type Books, openBooks } from './books.ts';
import { freeOffset } from './free-offset.ts';
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

export async function startTestFleet(options: Pick<FleetOptions, 'tracing' | 'env' | 'only'> = {}): Promise<TestFleet> {
  const state = await mkdtemp(join(tmpdir(), 'throughline-e2e-'));
  await chmod(state, 0o711);
  const events: FleetEvent[] = [];
  const fleet = await startFleet({
    ...options,
    state,
    offset: await freeOffset(),
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
      await books.close();
      await fleet.stop();
      await rm(state, { recursive: true, force: true });
    },
  };
}

/** Starts a fleet when the first test asks for it. */
export type FleetOf = () => TestFleet;
