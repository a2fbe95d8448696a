import type { AddressInfo } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { buildApp } from 'fauxqs';
import { keepTraceHeader, type MessageAttribute, operationOf, returnTraceHeader } from './sqs-trace-header.ts';

/** The parts of fauxqs that its package does not export; the version is pinned, and the tests go through them. */
interface Internals {
  PersistenceManager: new (folder: string) => Persistence;
  SqsStore: new () => Store;
  md5OfMessageAttributes: (attributes: Record<string, MessageAttribute>) => string;
}
interface Persistence {
  db: DatabaseSync;
  updateMessageReady(messageId: string): void;
  loadSqsQueues(store: Store): void;
  close(): void;
}
interface Queue {
  readonly name: string;
  url: string;
  persistence?: Persistence;
  changeVisibility(receiptHandle: string, seconds: number): void;
}
interface Store {
  host: string;
  persistence?: Persistence;
  allQueues(): Iterable<Queue>;
  getQueue(url: string): Queue | undefined;
}
type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

async function internals(): Promise<Internals> {
  const root = import.meta.resolve('fauxqs');
  const load = (path: string): Promise<unknown> => import(new URL(path, root).href);
  const [persistence, store, md5] = await Promise.all(
    ['./persistence.js', './sqs/sqsStore.js', './common/md5.js'].map(load),
  );
  return { ...(persistence as object), ...(store as object), ...(md5 as object) } as Internals;
}

export interface RunningSqs {
  readonly port: number;
  stop(): Promise<void>;
}

/** SQS on SQLite, with `AWSTraceHeader`. A message whose sending was answered survives a kill of the process. */
export async function startSqs(folder: string, port: number): Promise<RunningSqs> {
  const { PersistenceManager, SqsStore, md5OfMessageAttributes } = await internals();
  const persistence = new PersistenceManager(folder);
  persistence.db.exec('PRAGMA synchronous = NORMAL');
  // fauxqs writes null where its own schema forbids it, so that making a message visible at once fails.
  const makeReady = persistence.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => void makeReady.run(messageId);

  const store = new SqsStore();
  // Queue URLs take their host from the request: the SDK sends to the URL's host, and not every system resolves *.localhost.
  store.host = '';
  persistence.loadSqsQueues(store);
  store.persistence = persistence;
  for (const queue of store.allQueues()) queue.persistence = persistence;

  const stores: unknown = { sqsStore: store };
  const app = buildApp({ logger: false, stores: stores as Stores });
  app.addHook('preHandler', (request, _reply, done) => {
    const header = request.headers['x-amzn-trace-id'];
    keepTraceHeader(operationOf(request.headers['x-amz-target']), request.body, header?.toString());
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const operation = operationOf(request.headers['x-amz-target']);
    if (reply.statusCode !== 200 || typeof payload !== 'string' || !payload.startsWith('{')) return done(null, payload);
    const answer: unknown = JSON.parse(payload);
    if (operation === 'ReceiveMessage' && request.raw.socket.destroyed) giveBack(store, request.body, answer);
    done(null, JSON.stringify(returnTraceHeader(operation, request.body, answer, md5OfMessageAttributes)));
  });
  app.addHook('onClose', (_app, done) => {
    persistence.close();
    done();
  });
  await app.listen({ port, host: '127.0.0.1' });
  const { port: listening } = app.server.address() as AddressInfo;
  // A queue keeps the URL that it was made under, also when the fleet has moved to other ports since.
  for (const queue of store.allQueues()) queue.url = `http://127.0.0.1:${listening}/000000000000/${queue.name}`;
  return {
    port: listening,
    stop: async () => {
      await app.close();
    },
  };
}

/** A message that was taken for a consumer that has gone meanwhile is there at once for the next one. */
function giveBack(store: Store, body: unknown, answer: unknown): void {
  const { QueueUrl } = body as { QueueUrl: string };
  const { Messages = [] } = answer as { Messages?: { ReceiptHandle: string }[] };
  for (const { ReceiptHandle } of Messages) store.getQueue(QueueUrl)?.changeVisibility(ReceiptHandle, 0);
}
