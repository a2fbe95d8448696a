import { serviceNames, urlVariable } from '@throughline/contracts';

/**
 * Names of what this process calls, by origin: taken from the `<NAME>_URL` variables, so that no span names a host. They are
 * read again for an origin that is not known yet.
 */
export function peersByOrigin(env: NodeJS.ProcessEnv): (url: string | URL) => string | undefined {
  const names = new Map<string, string>();
  const read = (): void => {
    for (const name of serviceNames) {
      const url = env[urlVariable(name)];
      if (url && URL.canParse(url)) names.set(new URL(url).origin, name);
    }
  };
  return (url) => {
    const { origin } = new URL(url);
    if (!names.has(origin)) read();
    return names.get(origin);
  };
}
