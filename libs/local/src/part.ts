import type { PartPort } from './ports.ts';

/** A process of the fleet, as data. */
export interface Part {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly ports: readonly PartPort[];
  /** Services stop first, what they stand on after them. */
  readonly kind: 'service' | 'backend';
  /** Ends the process in good order; SIGTERM unless said. */
  readonly stopSignal?: NodeJS.Signals;
  /** How often it may die before it first answers; 0 unless said. */
  readonly retries?: number;
  /** It is not Node and so cannot watch for its parent's end: a watchdog does. */
  readonly needsWatchdog?: boolean;
  /** Before each start of the process. */
  prepare?(): Promise<void>;
  /** Whether it answers. */
  isReady(): Promise<boolean>;
  /** When it answers, before it counts as up. */
  initialise?(): Promise<void>;
}

/** A part that did not come up, with the last lines that it wrote. */
export class PartFailed extends Error {
  readonly part: string;
  readonly log: readonly string[];

  constructor(part: string, what: string, log: readonly string[], options?: ErrorOptions) {
    super(`${part} ${what}`, options);
    this.name = 'PartFailed';
    this.part = part;
    this.log = log;
  }
}
