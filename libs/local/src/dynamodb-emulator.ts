import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import { rebuildIndexes } from './dynamodb-indexes.ts';

/** DynamoDB on disk. Every write has reached the operating system when it is answered, so it survives a kill of the process. */
export async function createDynamoDb(path: string): Promise<Server> {
  await rebuildIndexes(path);
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const [handle] = server.listeners('request') as ((req: IncomingMessage, res: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (req, res) => {
    handle?.(req, res);
    // dynalite throws, and the process ends, when a client goes away in the middle of its request.
    req.removeAllListeners('error').on('error', () => res.destroy());
  });
  return server;
}
