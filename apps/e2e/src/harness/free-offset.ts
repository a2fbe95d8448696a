import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { backends, serviceNames, services } from '@throughline/contracts';

const tcp = [
  ...serviceNames.map((name) => services[name].port),
  ...Object.values(backends).map(({ port }) => port),
  backends.observatory.daemonPort,
];

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen({ port, host: '127.0.0.1', exclusive: true }), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

async function isFreeForDatagrams(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

/** A port offset at which a whole fleet finds its ports free; below the range from which outgoing connections are served. */
export async function freeOffset(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const offset = 100 * (20 + Math.floor(Math.random() * 220));
    const free = await Promise.all([
      ...tcp.map((port) => isFree(port + offset)),
      isFreeForDatagrams(backends.observatory.daemonPort + offset),
    ]);
    if (free.every(Boolean)) return offset;
  }
  throw new Error('no port offset is free for a fleet');
}
