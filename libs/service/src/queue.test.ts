import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import {
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { startStores, type Stores } from '@throughline/local';
import { tracing } from '@throughline/telemetry';
import { capturedSpans, silentLog, until } from '@throughline/testing';
import type { Span } from '@throughline/traces';
import { pino } from 'pino';
import { z } from 'zod';
import { consumeQueue, openSender } from './queue.ts';

const queue = 'order-placed';
const schema = z.object({ id: z.string() });
type Body = z.output<typeof schema>;

interface Relay extends AsyncDisposable {
  readonly url: string;
  mode: 'there' | 'away' | 'deaf';
}

describe('a queue', () => {
  let stores: Stores;
  let sqs: SQSClient;
  let endpoint: string;
  let consumers: { close(): Promise<void> }[] = [];

  before(async () => {
    stores = await startStores(['orders']);
    Object.assign(process.env, stores.env);
    endpoint = stores.env['AWS_ENDPOINT_URL_SQS'] ?? '';
    sqs = new SQSClient({});
  });
  afterEach(async () => {
    process.env['AWS_ENDPOINT_URL_SQS'] = endpoint;
    await Promise.all(consumers.map((consumer) => consumer.close()));
    consumers = [];
  });
  after(async () => {
    sqs.destroy();
    await stores.stop();
  });

  const consume = async (handle: (message: Body) => Promise<void>, log = silentLog) => {
    const consumer = await consumeQueue({ queue, schema, handle, log });
    consumers.push(consumer);
    return consumer;
  };
  const collect = async (): Promise<{ ids: string[]; close(): Promise<void> }> => {
    const ids: string[] = [];
    const consumer = await consume(async ({ id }) => void ids.push(id));
    return { ids, close: () => consumer.close() };
  };
  const urlOf = async (QueueName: string): Promise<string> => {
    const { QueueUrl } = await tracing.untraced(() => sqs.send(new GetQueueUrlCommand({ QueueName })));
    return QueueUrl ?? '';
  };
  const take = async (name: string): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: await urlOf(name),
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
      VisibilityTimeout: 0,
    });
    return (await tracing.untraced(() => sqs.send(command))).Messages ?? [];
  };
  /** Work in a trace of its own: what it emitted, once `kinds` have all ended. */
  const inTrace = async (work: () => Promise<void>, kinds: readonly Span['kind'][]): Promise<Span[]> => {
    let traceId: string | undefined;
    await tracing.continued('test', {}, async () => {
      traceId = tracing.ids()?.trace_id;
      await work();
    });
    return until(`the spans ${kinds.join(', ')}`, () => {
      const spans = capturedSpans().filter(({ trace_id, end_us }) => trace_id === traceId && end_us !== undefined);
      return kinds.every((kind) => spans.some((span) => span.kind === kind)) ? spans : undefined;
    });
  };

  it('carries the context of its PRODUCER span in both spellings', async () => {
    const send = await openSender<Body>(queue);
    const spans = await inTrace(() => send({ id: 'first' }), ['producer']);
    const producer = spans.find(({ kind }) => kind === 'producer');
    assert.deepEqual(producer?.peer, { name: queue, kind: 'sqs' });
    const message = await until('the message', async () => (await take(queue))[0]);
    const { trace_id, span_id } = producer ?? { trace_id: '', span_id: '' };
    assert.equal(message.MessageAttributes?.['traceparent']?.StringValue, `00-${trace_id}-${span_id}-01`);
    assert.equal(
      message.Attributes?.['AWSTraceHeader'],
      `Root=1-${trace_id.slice(0, 8)}-${trace_id.slice(8)};Parent=${span_id};Sampled=1`,
    );
    assert.equal(message.Body, '{"id":"first"}');
    const { ids } = await collect();
    await until('the message', () => ids.length === 1);
  });

  it('continues the trace below the span that sent the message', async () => {
    const ids: (string | undefined)[] = [];
    const lines: string[] = [];
    const log = pino({ mixin: () => ({ ...tracing.ids() }) }, { write: (line) => lines.push(line) });
    await consume(async () => void ids.push(tracing.ids()?.span_id), log);
    const send = await openSender<Body>(queue);
    const spans = await inTrace(() => send({ id: 'traced' }), ['producer', 'consumer']);
    const [producer, consumer] = ['producer', 'consumer'].map((kind) => spans.find((span) => span.kind === kind));
    assert.equal(consumer?.parent_id, producer?.span_id);
    assert.deepEqual(ids, [consumer?.span_id]);
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { span_id: string }).span_id),
      [consumer?.span_id],
    );
    assert.equal(consumer?.annotations['messaging.destination.name'], queue);
    assert.equal(spans.length, 3);
  });

  it('keeps messages that are handled at once in traces of their own', async () => {
    await consume(({ id }) => tracing.span('work', { 'shop.order_id': id }, () => Promise.resolve()));
    const send = await openSender<Body>(queue);
    const kinds = ['producer', 'consumer', 'internal'] as const;
    const traces = await Promise.all(
      Array.from({ length: 30 }, (_, index) => inTrace(() => send({ id: `own-${index}` }), kinds)),
    );
    for (const [index, spans] of traces.entries()) {
      const consumer = spans.find(({ kind }) => kind === 'consumer');
      const work = spans.find(({ name }) => name === 'work');
      assert.equal(work?.parent_id, consumer?.span_id);
      assert.equal(work?.annotations['shop.order_id'], `own-${index}`);
      assert.equal(spans.length, 4);
    }
  });

  it('gives a message that failed back, until it is handled', async () => {
    const attempts: string[] = [];
    await consume(async ({ id }) => {
      attempts.push(id);
      if (attempts.length === 1) throw new Error('the catalog is away');
    });
    const send = await openSender<Body>(queue);
    const spans = await inTrace(() => send({ id: 'again' }), ['producer', 'consumer']);
    assert.equal(spans.find(({ kind }) => kind === 'consumer')?.status, 'fault');
    await until('the second attempt', () => attempts.length === 2);
    assert.deepEqual(attempts, ['again', 'again']);
    assert.deepEqual(await take(queue), []);
  });

  it('lets a message that breaks its contract hold up nobody, and repeats nothing of it in the log', async () => {
    const lines: string[] = [];
    const ids: string[] = [];
    const consumer = await consume(
      async ({ id }) => void ids.push(id),
      pino({ level: 'info' }, { write: (line) => lines.push(line) }),
    );
    const send = await openSender<unknown>(queue);
    const QueueUrl = await urlOf(queue);
    const bodies = ['buyer@example.com is no JSON', '{"id":7,"email":"buyer@example.com"}'];
    await tracing.untraced(() =>
      Promise.all(bodies.map((MessageBody) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })))),
    );
    await send({ id: 'good' });
    await until('the good message', () => ids.includes('good'));
    await until('both complaints', () => lines.filter((line) => line.includes('message_failed')).length >= 2);
    assert.ok(lines.some((line) => line.includes('id (invalid_type)')));
    assert.ok(lines.every((line) => !line.includes('buyer@')));
    assert.ok(!JSON.stringify(capturedSpans()).includes('buyer@'));
    await consumer.close();
    await tracing.untraced(() => sqs.send(new PurgeQueueCommand({ QueueUrl })));
  });

  it('ends its long poll at once when it is closed', async () => {
    const { ids, close } = await collect();
    await (
      await openSender<Body>(queue)
    )({ id: 'only' });
    await until('the message', () => ids.includes('only'));
    const start = performance.now();
    await close();
    assert.ok(performance.now() - start < 10_000);
  });

  it('waits for the message under way when it is closed, which does not come back', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = false;
    let ended = false;
    const consumer = await consume(async () => {
      begun = true;
      await held;
      ended = true;
    });
    await (
      await openSender<Body>(queue)
    )({ id: 'slow' });
    await until('the message', () => begun);
    const closed = consumer.close();
    release();
    await closed;
    assert.ok(ended);
    assert.deepEqual(await take(queue), []);
  });

  it('loses no message to a consumer that is being closed', async () => {
    const send = await openSender<Body>(queue);
    const handled = new Set<string>();
    const sent: string[] = [];
    for (let round = 0; round < 15; round += 1) {
      const consumer = await consume(async ({ id }) => void handled.add(id));
      sent.push(`round-${round}`);
      await Promise.all([send({ id: `round-${round}` }), consumer.close()]);
    }
    await consume(async ({ id }) => void handled.add(id));
    await until('every message', () => sent.every((id) => handled.has(id)), 15_000);
  });

  it('goes on when the queue has been away', async () => {
    await using proxy = await relay(new URL(endpoint));
    process.env['AWS_ENDPOINT_URL_SQS'] = proxy.url;
    const { ids, close } = await collect();
    const send = await openSender<Body>(queue);
    await send({ id: 'before' });
    await until('the message before', () => ids.includes('before'));
    proxy.mode = 'away';
    await assert.rejects(send({ id: 'meanwhile' }));
    proxy.mode = 'there';
    await send({ id: 'after' });
    await until('the message after', () => ids.includes('after'));
    assert.deepEqual(ids, ['before', 'after']);
    await close();
  });

  it('gives a send up that is not answered', async () => {
    await using proxy = await relay(new URL(endpoint));
    process.env['AWS_ENDPOINT_URL_SQS'] = proxy.url;
    const send = await openSender<Body>(queue, { timeoutMs: 100 });
    proxy.mode = 'deaf';
    await assert.rejects(send({ id: 'unheard' }), { name: 'TimeoutError' });
  });

  it('emits no span while no message comes', async () => {
    const count = capturedSpans().length;
    const { close } = await collect();
    await close();
    assert.equal(capturedSpans().length, count);
  });
});

/** A server in front of another that can be away, or take what it is sent and never answer. */
async function relay({ hostname, port }: URL): Promise<Relay> {
  const sockets = new Set<Socket>();
  let mode: Relay['mode'] = 'there';
  const hangUp = (): void => sockets.forEach((socket) => socket.destroy());
  const server = createServer((incoming) => {
    if (mode === 'away') return void incoming.destroy();
    const outgoing = connect(Number(port), hostname);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    incoming.on('data', (data) => void (mode === 'deaf' || outgoing.write(data))).on('close', () => outgoing.destroy());
    outgoing.pipe(incoming);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get mode() {
      return mode;
    },
    set mode(next) {
      mode = next;
      if (next === 'away') hangUp();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      hangUp();
      await once(server, 'close');
    },
  };
}
