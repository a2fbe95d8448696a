import { serviceNames, urlVariable } from '@throughline/contracts';

/** Names of what this process calls, by origin: taken from the `<NAME>_URL` variables, so that no span names a host. */
export function peersByOrigin(env: NodeJS.ProcessEnv): (url: string | URL) => string | undefined {
  const names = new Map<string, string>();
  for (const name of serviceNames) {
    const url = env[urlVariable(name)];
    if (url && URL.canParse(url)) names.set(new URL(url).origin, name);
  }
  return (url) => names.get(new URL(url).origin);
}
