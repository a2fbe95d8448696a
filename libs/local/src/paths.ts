import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder for what can be made again at any time; beside node_modules when that can be written, else in the temporary folder. */
export function cacheFolder(name: string): string {
  const preferred = join(repositoryRoot, 'node_modules/.cache/throughline', name);
  try {
    mkdirSync(preferred, { recursive: true });
    return preferred;
  } catch {
    const fallback = join(tmpdir(), `throughline-cache-${process.getuid?.() ?? ''}`, name);
    mkdirSync(fallback, { recursive: true, mode: 0o700 });
    return fallback;
  }
}
