import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, processStart } from './processes.ts';

interface Holder {
  readonly pid: number;
  readonly began: string;
}

interface Contents extends Holder {
  /** Processes that the holder started: should it be killed, whoever comes next ends those that are left. */
  readonly children: readonly Holder[];
}

/** A state directory held by one fleet. */
export interface Lock {
  /** Whether a fleet that had been killed held it before; its ports may need a moment to become free. */
  readonly wasStale: boolean;
  recordChildren(pids: readonly number[]): void;
  release(): void;
}

const isAlive = ({ pid, began }: Holder): boolean => processStart(pid) === began;

function read(file: string): Contents | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Contents;
  } catch {
    return undefined;
  }
}

/** Takes the state directory. Throws when a fleet that is alive holds it; what a killed one left is cleared away. */
export async function takeLock(state: string): Promise<Lock> {
  mkdirSync(state, { recursive: true });
  const file = join(state, 'fleet.lock');
  const self: Holder = { pid: process.pid, began: processStart(process.pid) ?? '' };
  const mine = `${file}.${process.pid}`;
  const write = (pids: readonly number[]): void => {
    const children = pids.map((pid) => ({ pid, began: processStart(pid) ?? '' }));
    writeFileSync(mine, JSON.stringify({ ...self, children }));
  };
  let wasStale = false;
  for (;;) {
    write([]);
    try {
      linkSync(mine, file);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(mine, { force: true });
    }
    const holder = read(file);
    if (holder && isAlive(holder)) {
      throw new Error(
        `Another fleet (process ${holder.pid}) uses ${state}: stop it, or choose another directory with --state.`,
      );
    }
    wasStale = true;
    const children = (holder?.children ?? []).filter((child) => child.began !== '' && isAlive(child));
    await Promise.all(children.map(({ pid }) => endProcess(pid, 'SIGINT', 1000)));
    rmSync(file, { force: true });
  }
  let released = false;
  return {
    wasStale,
    recordChildren(pids) {
      if (released) return;
      write(pids);
      renameSync(mine, file);
    },
    release() {
      released = true;
      rmSync(file, { force: true });
    },
  };
}
