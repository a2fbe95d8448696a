import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tailBytes = 16_384;
const tailLines = 50;

/**
 * The parts' output, a file each, truncated now. The processes write to the files themselves, so that a busy parent does not
 * hold them up, nor a dead one.
 */
export function createLogs(folder: string, names: readonly string[]) {
  mkdirSync(folder, { recursive: true });
  const path = (name: string): string => join(folder, `${name}.log`);
  for (const name of names) writeFileSync(path(name), '');
  return {
    /** Opens a part's log for appending; the caller closes it. */
    open: (name: string): number => openSync(path(name), 'a'),
    /** The last lines of a part's log, 50 at most. */
    tail(name: string): string[] {
      const file = openSync(path(name), 'r');
      try {
        const { size } = fstatSync(file);
        const buffer = Buffer.alloc(Math.min(size, tailBytes));
        readSync(file, buffer, 0, buffer.length, size - buffer.length);
        const lines = buffer.toString('utf8').split('\n');
        if (size > tailBytes) lines.shift();
        return lines.filter((line) => line !== '').slice(-tailLines);
      } finally {
        closeSync(file);
      }
    },
  };
}

export type Logs = ReturnType<typeof createLogs>;
