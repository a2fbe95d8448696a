import {
  chmodSync,
  chownSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Whom PostgreSQL runs as when we are root, which it refuses to be: `nobody`. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const nobody: Identity = { uid: 65534, gid: 65534 };

/** The identity for processes that refuse to run as root; undefined when we are not root and they run as ourselves. */
export const unprivileged = (): Identity | undefined => (process.getuid?.() === 0 ? nobody : undefined);

/** Whether an unrelated user can walk down to the folder: all that exists of its path is open to others (a home often is not). */
export function isReachableByOthers(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat?.isDirectory() && (stat.mode & 0o001) === 0 && folder !== path) return false;
    if (dirname(folder) === folder) return true;
  }
}

/** Lets an unrelated user walk through a folder of ours, though not list it, when that alone keeps it from being reached. */
export function letThrough(folder: string): void {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory() && stat.uid === process.getuid?.() && isReachableByOthers(folder)) {
    chmodSync(folder, (stat.mode & 0o777) | 0o011);
  }
}

/** Gives a folder and all that is in it to an identity. */
export function giveTo({ uid, gid }: Identity, path: string): void {
  chownSync(path, uid, gid);
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    chownSync(join(entry.parentPath, entry.name), uid, gid);
  }
}

function copyReadable(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyReadable(source, target);
    else if (entry.isFile() && !entry.name.endsWith('.a')) {
      copyFileSync(source, target);
      chmodSync(target, lstatSync(source).mode & 0o100 ? 0o755 : 0o644);
    }
  }
}

/**
 * A copy of a folder that every user can read, made once for each `key` in the temporary folder.
 * Throws when something that is not ours stands there already.
 */
export function readableCopy(from: string, key: string, finish: (copy: string) => void): string {
  const copy = join(tmpdir(), key);
  const found = lstatSync(copy, { throwIfNoEntry: false });
  if (found) {
    if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return copy;
    throw new Error(`${copy} belongs to somebody else: remove it, or set TMPDIR to another folder.`);
  }
  const making = mkdtempSync(`${copy}-`);
  copyReadable(from, making);
  finish(making);
  try {
    renameSync(making, copy);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!lstatSync(copy, { throwIfNoEntry: false })) throw error;
  }
  return copy;
}
