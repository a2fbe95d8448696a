import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Observed } from './observe.ts';

export const GROUP = '/throughline/seats';
export const STREAM = 'seats-1';

/** Makes a group with a stream. */
export async function withStream({ logs }: Observed, logGroupName = GROUP, logStreamName = STREAM): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName })).catch(() => undefined);
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
}

/** Makes a group with a stream and these messages in it, a millisecond apart; returns the time of the first. */
export async function withLines(
  observed: Observed,
  messages: string[],
  logGroupName = GROUP,
  logStreamName = STREAM,
): Promise<number> {
  const from = Date.now() - messages.length;
  await withStream(observed, logGroupName, logStreamName);
  const logEvents = messages.map((message, index) => ({ timestamp: from + index, message }));
  await observed.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  return from;
}
