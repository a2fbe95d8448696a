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
import { tracing, type Logger, type Queue } from '@throughline/telemetry';
import type { z } from 'zod';
import { retry } from './retry.ts';

export type Sender<T> = (message: T) => Promise<void>;

/** The client's calls make no spans: `tracing.send` and `tracing.consume` do, alike with both SDKs. */
const client = (): SQSClient => new SQSClient({ maxAttempts: 2, requestHandler: { connectionTimeout: 1_000 } });

async function findQueue(sqs: SQSClient, name: string): Promise<Queue> {
  const find = (): Promise<{ QueueUrl?: string }> => sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const { QueueUrl } = await tracing.untraced(() => retry(find, { forMs: 30_000 }));
  if (!QueueUrl) throw new Error(`queue ${name} has no URL`);
  return { name, url: QueueUrl };
}

/** Sends messages with the trace context of their PRODUCER span, as message attribute and as AWSTraceHeader. */
export async function openSender<T>(name: string): Promise<Sender<T>> {
  const sqs = client();
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

interface ConsumerOptions<S extends z.ZodType> {
  readonly queue: string;
  readonly schema: S;
  /** Called at least once a message; it must not matter if it is called again. */
  readonly handle: (message: z.output<S>) => Promise<void>;
  readonly log: Logger;
}

/**
 * Takes messages from a queue until it is closed. A message whose handling failed comes back after a growing wait, and ends
 * in the queue's dead-letter queue; messages of one batch are handled at once.
 */
export async function consumeQueue<S extends z.ZodType>(
  options: ConsumerOptions<S>,
): Promise<{ close(): Promise<void> }> {
  const { schema, handle, log } = options;
  const sqs = client();
  const queue = await findQueue(sqs, options.queue);
  const closing = new AbortController();

  const process = async (message: Message): Promise<void> => {
    const { ReceiptHandle } = message;
    const at = { QueueUrl: queue.url, ReceiptHandle };
    try {
      await tracing.consume(queue, carrierOf(message), async () => {
        try {
          await handle(schema.parse(JSON.parse(message.Body ?? '')));
        } catch (error) {
          log.error(
            { event: 'message_failed', queue: queue.name, err: error },
            `${queue.name}: a message could not be handled`,
          );
          throw error;
        }
      });
      await tracing.untraced(() => sqs.send(new DeleteMessageCommand(at)));
    } catch {
      const received = Number(message.Attributes?.['ApproximateReceiveCount'] ?? 1);
      const VisibilityTimeout = Math.min(2 ** (received - 1), 60);
      await tracing
        .untraced(() => sqs.send(new ChangeMessageVisibilityCommand({ ...at, VisibilityTimeout })))
        .catch(() => undefined);
    }
  };

  const receive = async (): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 20,
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
