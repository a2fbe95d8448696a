import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface PartPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** What the port is for, when that is not plain from the part. */
  readonly purpose?: string;
}

const host = '127.0.0.1';

/** Of the ports that a fleet may be moved to, those that `fetch` calls nobody on: https://fetch.spec.whatwg.org/#port-blocking */
const uncallable: ReadonlySet<number> = new Set([
  2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** The system's code, or ours, for why a loopback port cannot be used; undefined when it can. */
async function refusal({ port, protocol }: PartPort): Promise<string | undefined> {
  if (uncallable.has(port)) return 'uncallable';
  try {
    if (protocol === 'udp') {
      const socket = createSocket('udp4');
      socket.bind({ port, address: host, exclusive: true });
      await once(socket, 'listening');
      await new Promise<void>((resolve) => socket.close(resolve));
    } else {
      const server = createServer().listen({ port, host, exclusive: true });
      await once(server, 'listening');
      await new Promise((resolve) => server.close(resolve));
    }
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** A sentence for each port that cannot be listened on, with what wanted it; none when all are free. */
export async function refusedPorts(
  parts: readonly { readonly name: string; readonly ports: readonly PartPort[] }[],
): Promise<string[]> {
  const wanted = parts.flatMap(({ name, ports }) => ports.map((port) => ({ name, port })));
  const found = await Promise.all(
    wanted.map(async ({ name, port }) => {
      const code = await refusal(port);
      if (!code) return [];
      const why =
        {
          EADDRINUSE: 'is in use',
          EACCES: 'may not be opened by this user',
          uncallable: 'is one that no fetch calls',
        }[code] ?? `cannot be opened (${code})`;
      const what = port.purpose ? `${name}, ${port.purpose}` : name;
      return [`Port ${port.port} (${port.protocol.toUpperCase()}), wanted by ${what}, ${why}.`];
    }),
  );
  return found.flat();
}
