import { join } from 'node:path';
import type { FleetEvent, OnEvent } from './events.ts';
import { takeLock } from './lock.ts';
import { createLogs } from './logs.ts';
import { type Part, PartFailed } from './part.ts';
import { refusedPorts } from './ports.ts';
import { poll } from './processes.ts';
import { supervise, type Supervised } from './supervised.ts';

/**
 * Whether services are started with the stores and wait for them, or only when the stores are up.
 * Together is faster as long as loading a service takes longer than starting a store.
 */
const startOrder: 'together' | 'backends first' = 'together';

/** Services get this long to finish what they do, then the backends theirs: both within the 5 s that a stop may take. */
const graceMs = { service: 3000, backend: 1300 } as const;

export interface RunOptions {
  /** Directory of the fleet's state: lock, logs. */
  readonly state: string;
  readonly restart?: boolean;
  readonly onEvent?: OnEvent;
  /** Another port offset to try when a port is taken. */
  readonly otherOffset?: number;
  /** Gives up starting; what was started is stopped. */
  readonly signal?: AbortSignal;
}

export interface PartProcess {
  readonly name: string;
  readonly pid: number | undefined;
  readonly restarts: number;
}

export interface RunningParts {
  readonly readyMs: number;
  processes(): PartProcess[];
  /** Sends a signal to a part's process; one that ends by it is started again. */
  kill(name: string, signal: NodeJS.Signals): void;
  /** Ends a part in good order and starts it again; resolves when it answers. */
  restart(name: string): Promise<void>;
  /** The last lines that a part wrote, 50 at most. */
  logTail(name: string): string[];
  /** Stops everything, within 5 s. */
  stop(): Promise<void>;
}

/**
 * Starts the parts, waits until all answer and keeps them running. Throws when a port is taken, when another fleet holds the
 * state directory, and PartFailed when a part does not come up; then nothing of it is left.
 */
export async function runParts(parts: readonly Part[], options: RunOptions): Promise<RunningParts> {
  const { state, restart = true, onEvent = () => {}, otherOffset = 100, signal } = options;
  const began = performance.now();
  signal?.throwIfAborted();
  const lock = await takeLock(state);
  let supervised: Supervised[] = [];
  const stop = async (): Promise<void> => {
    await stopAll(supervised);
    lock.release();
  };
  try {
    await checkPorts(parts, lock.wasStale ? 3000 : 0, otherOffset);
    const logs = createLogs(
      join(state, 'logs'),
      parts.map(({ name }) => name),
    );
    const onProcesses = (): void =>
      lock.recordChildren(supervised.map(({ pid }) => pid).filter((pid) => pid !== undefined));
    const surroundings = { logs, onEvent: withAwaited(onEvent), restart, onProcesses };
    supervised = parts.map((part) => supervise(part, surroundings));
    await Promise.race([startAll(supervised), rejectOnAbort(signal)]);
    const named = (name: string): Supervised => {
      const found = supervised.find(({ part }) => part.name === name);
      if (found) return found;
      throw new Error(`No part is called ${name}; there are ${parts.map((part) => part.name).join(', ')}.`);
    };
    let stopping: Promise<void> | undefined;
    return {
      readyMs: Math.round(performance.now() - began),
      processes: () => supervised.map(({ part, pid, restarts }) => ({ name: part.name, pid, restarts })),
      kill: (name, signalName) => named(name).signal(signalName),
      restart: (name) => named(name).restart(graceMs[named(name).part.kind]),
      logTail: (name) => logs.tail(named(name).part.name),
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function checkPorts(parts: readonly Part[], patienceMs: number, otherOffset: number): Promise<void> {
  let refused: string[] = [];
  const free = async (): Promise<boolean> => (refused = await refusedPorts(parts)).length === 0;
  if (await poll(free, patienceMs, 100)) return;
  const remedy = `Stop what holds it, or move the whole fleet to other ports: --port-offset ${otherOffset}.`;
  throw new Error([...refused, remedy].join('\n'));
}

async function startAll(supervised: readonly Supervised[]): Promise<void> {
  const kind = (wanted: Part['kind']): Supervised[] => supervised.filter(({ part }) => part.kind === wanted);
  const start = (some: Supervised[]): Promise<unknown> => Promise.all(some.map((each) => each.start()));
  try {
    const backends = start(kind('backend'));
    if (startOrder === 'backends first') await backends;
    await Promise.all([backends, start(kind('service'))]);
  } catch (error) {
    if (error instanceof PartFailed) throw error;
    throw new Error(`The fleet did not start: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

async function stopAll(supervised: readonly Supervised[]): Promise<void> {
  for (const kind of ['service', 'backend'] as const) {
    const some = supervised.filter(({ part }) => part.kind === kind);
    await Promise.all(some.map((each) => each.stop(graceMs[kind])));
  }
}

function rejectOnAbort(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** Adds to the events, after each that changes it, the list of what was started and does not answer yet. */
function withAwaited(onEvent: OnEvent): OnEvent {
  const awaited = new Set<string>();
  return (event: FleetEvent) => {
    onEvent(event);
    if (event.type === 'starting') awaited.add(event.part);
    else if (event.type === 'up' || event.type === 'died') awaited.delete(event.part);
    else return;
    onEvent({ type: 'awaited', parts: [...awaited] });
  };
}
