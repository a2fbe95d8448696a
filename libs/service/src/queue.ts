import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import type { Carrier } from '@throughline/contracts';
import { measure, tracing, type Logger, type Queue } from '@throughline/telemetry';
import type { z } from 'zod';
import { retry } from './retry.ts';

export type Sender<T> = (message: T) => Promise<void>;

/** SQS holds a receive open for at most this long, in seconds. */
const LONG_POLL_S = 20;
/** A message that failed comes back after at most this long, in seconds. */
const LONGEST_WAIT_S = 60;

/** The client's calls make no spans: `tracing.send` and `tracing.consume` do, alike with both SDKs. */
const client = (requestTimeout: number): SQSClient =>
  new SQSClient({
    maxAttempts: 2,
    // The queue is reached where the endpoint says, whatever host an emulator puts into the queue's URL.
    useQueueUrlAsEndpoint: false,
    requestHandler: { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true },
  });

async function findQueue(sqs: SQSClient, name: string): Promise<Queue> {
  const find = (): Promise<{ QueueUrl?: string }> => sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const { QueueUrl } = await tracing.untraced(() => retry(find, { forMs: 30_000 }));
  if (!QueueUrl) throw new Error(`queue ${name} has no URL`);
  return { name, url: QueueUrl };
}

/**
 * Sends messages with the trace context of their PRODUCER span, as message attribute and as AWSTraceHeader. A send that is not
 * answered within `timeoutMs`, tried twice, is an error; the message may have arrived all the same.
 */
export async function openSender<T>(name: string, { timeoutMs = 3_000 } = {}): Promise<Sender<T>> {
  const sqs = client(timeoutMs);
  const queue = await findQueue(sqs, name);
  return async (message) => {
    await tracing.send(queue, async (context) => {
      const text = (value: string): { DataType: 'String'; StringValue: string } => ({
        DataType: 'String',
        StringValue: value,
      });
      const { traceparent, 'x-amzn-trace-id': header } = context;
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queue.url,
          MessageBody: JSON.stringify(message),
          ...(traceparent && { MessageAttributes: { traceparent: text(traceparent) } }),
          ...(header && { MessageSystemAttributes: { AWSTraceHeader: text(header) } }),
        }),
      );
    });
  };
}

function carrierOf({ MessageAttributes, Attributes }: Message): Carrier {
  const traceparent = MessageAttributes?.['traceparent']?.StringValue;
  const header = Attributes?.['AWSTraceHeader'];
  return { ...(traceparent && { traceparent }), ...(header && { 'x-amzn-trace-id': header }) };
}

/** The error says what is wrong with a message without repeating any of it: it may hold an e-mail address. */
function parse<S extends z.ZodType>(schema: S, body = ''): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Error('the message is not valid JSON');
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, code }) => `${path.join('.')} (${code})`);
  throw new Error(`the message breaks its contract at ${problems.join(', ')}`);
}

interface ConsumerOptions<S extends z.ZodType> {
  readonly queue: string;
  readonly schema: S;
  /** Called at least once a message; it must not matter if it is called again. */
  readonly handle: (message: z.output<S>) => Promise<void>;
  readonly log: Logger;
}

/**
 * Takes messages from a queue until it is closed. Messages of one batch are handled at once, each in a CONSUMER span of its
 * own. One whose handling failed, or that breaks its contract, comes back after a growing wait, and ends in the queue's
 * dead-letter queue where it has one. Closing ends the long poll at once and waits for the messages under way.
 */
export async function consumeQueue<S extends z.ZodType>(
  options: ConsumerOptions<S>,
): Promise<{ close(): Promise<void> }> {
  const { schema, handle, log } = options;
  const sqs = client((LONG_POLL_S + 5) * 1_000);
  const queue = await findQueue(sqs, options.queue);
  const closing = new AbortController();

  const handled = async (message: Message): Promise<boolean> => {
    try {
      await tracing.consume(queue, carrierOf(message), async () => {
        const start = performance.now();
        const measured = (status: number): number => {
          const durationMs = performance.now() - start;
          measure({ route: queue.name, method: 'RECEIVE', status, durationMs });
          return Math.round(durationMs * 10) / 10;
        };
        try {
          await handle(parse(schema, message.Body));
          const duration_ms = measured(200);
          log.info({ event: 'message', queue: queue.name, duration_ms }, `${queue.name}: a message was handled`);
        } catch (error) {
          measured(500);
          log.error(
            { event: 'message_failed', queue: queue.name, err: error },
            `${queue.name}: a message could not be handled`,
          );
          throw error;
        }
      });
      return true;
    } catch {
      return false;
    }
  };

  const process = async (message: Message): Promise<void> => {
    const at = { QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle };
    const received = Number(message.Attributes?.['ApproximateReceiveCount'] ?? 1);
    const VisibilityTimeout = Math.min(2 ** (received - 1), LONGEST_WAIT_S);
    const settle = (await handled(message))
      ? () => sqs.send(new DeleteMessageCommand(at))
      : () => sqs.send(new ChangeMessageVisibilityCommand({ ...at, VisibilityTimeout }));
    // Where this fails the message comes back after the queue's own visibility timeout, and is handled again.
    await tracing.untraced(settle).catch((error: unknown) => {
      log.warn({ event: 'message_not_settled', queue: queue.name, err: error }, `${queue.name}: cannot be reached`);
    });
  };

  const receive = async (): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: LONG_POLL_S,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['AWSTraceHeader', 'ApproximateReceiveCount'],
    });
    const { Messages = [] } = await tracing.untraced(() => sqs.send(command, { abortSignal: closing.signal }));
    return Messages;
  };

  const loop = async (): Promise<void> => {
    let failures = 0;
    while (!closing.signal.aborted) {
      try {
        await Promise.all((await receive()).map(process));
        failures = 0;
      } catch (error) {
        if (closing.signal.aborted) return;
        failures += 1;
        if (failures === 1)
          log.warn({ event: 'queue_unreachable', queue: queue.name, err: error }, `${queue.name}: cannot receive`);
        await sleep(Math.min(100 * 2 ** failures, 2_000), undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };

  const running = loop();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
