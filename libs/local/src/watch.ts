import { existsSync, readFileSync, watch } from 'node:fs';
import { join, sep } from 'node:path';
import { repositoryRoot } from './paths.ts';

const quietMs = 150;
const prefix = '@throughline/';
const isSource = /\.(ts|js|json|sql)$/;

/** Libs that an app is made of, transitively, by the manifests; the preload of telemetry is given to all. */
export function libsOf(app: string, root = repositoryRoot): Set<string> {
  const found = new Set(['telemetry']);
  const visit = (folder: string): void => {
    const file = join(root, folder, 'package.json');
    if (!existsSync(file)) return;
    const { dependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies?: Record<string, string> };
    for (const name of Object.keys(dependencies)) {
      if (!name.startsWith(prefix)) continue;
      const lib = name.slice(prefix.length);
      if (found.has(lib) && lib !== 'telemetry') continue;
      found.add(lib);
      visit(join('libs', lib));
    }
  };
  visit(join('apps', app));
  return found;
}

/**
 * Calls `onChange` with an app and a file when the app's sources, or those of a lib of its, have changed and then rested.
 * Tests do not count. Ends with the signal.
 */
export function watchSources(
  apps: readonly string[],
  onChange: (app: string, file: string) => void,
  signal: AbortSignal,
  root = repositoryRoot,
): void {
  const libs = new Map(apps.map((app) => [app, libsOf(app, root)]));
  const changed = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    const batch = [...changed];
    changed.clear();
    for (const [app, file] of batch) onChange(app, file);
  };
  const note = (folder: 'apps' | 'libs', name: string): void => {
    const [project = '', ...rest] = name.split(sep);
    if (rest[0] !== 'src' || !isSource.test(name) || name.endsWith('.test.ts')) return;
    const affected = apps.filter((app) => (folder === 'apps' ? app === project : libs.get(app)?.has(project)));
    for (const app of affected) changed.set(app, `${folder}/${project}/${rest.join('/')}`);
    clearTimeout(timer);
    if (changed.size > 0) timer = setTimeout(flush, quietMs);
  };
  for (const folder of ['apps', 'libs'] as const) {
    watch(join(root, folder), { recursive: true, signal }, (_, name) => {
      if (name) note(folder, name);
    });
  }
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}
