import type { FleetTracing } from '@throughline/local';

export interface DemoOptions {
  readonly json?: boolean;
  readonly portOffset?: number;
  /** Directory of the fleet's state; a temporary one, removed afterwards, unless given. */
  readonly state?: string;
  readonly tracing?: FleetTracing;
}

/** `throughline demo`: a fleet, one purchase, its trace. Returns the exit code: 0 shown whole, 1 not, 2 used wrongly. */
export async function demo(options: DemoOptions): Promise<number> {
  throw new Error(`not yet: ${JSON.stringify(options)}`);
}
