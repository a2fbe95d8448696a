import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { send, type Reply } from './reply.ts';

export type Handler = (request: IncomingMessage) => Promise<Reply>;

export interface Listener {
  port: number;
  close(): Promise<void>;
}

const CLOSE_PATIENCE_MS = 400;

/** Listens on host and port (0 takes a free one). `handle` answers everything, errors too; what it throws becomes a bare 500. */
export async function listen(host: string, port: number, handle: Handler): Promise<Listener> {
  const server = createServer((request, response) => {
    void handle(request)
      .catch((error: unknown): Reply => {
        process.stderr.write(`${JSON.stringify({ event: 'internal_error', error: String(error) })}\n`);
        return { status: 500, body: '' };
      })
      .then((reply) => {
        if (!request.complete) response.setHeader('connection', 'close');
        send(response, reply);
        if (!request.complete) request.resume();
        return undefined;
      });
  });
  server.keepAliveTimeout = 60_000;
  await bind(server, host, port);
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

function bind(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, host }, () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}

function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), CLOSE_PATIENCE_MS).unref();
  return promise;
}
