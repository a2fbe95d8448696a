import { PutTraceSegmentsCommand } from '@aws-sdk/client-xray';
import type { Observed } from './observe.ts';

/** Sends segment documents by PutTraceSegments, of which none may come back. */
export async function put({ xray }: Pick<Observed, 'xray'>, ...documents: object[]): Promise<void> {
  const { UnprocessedTraceSegments = [] } = await xray.send(
    new PutTraceSegmentsCommand({ TraceSegmentDocuments: documents.map((document) => JSON.stringify(document)) }),
  );
  if (UnprocessedTraceSegments.length > 0) throw new Error(JSON.stringify(UnprocessedTraceSegments));
}

/** Rejects unless the command is refused with this error, whose message fits. */
export async function refused(command: Promise<unknown>, name: string, message: RegExp): Promise<void> {
  const error = await command.then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  if (!error) throw new Error(`was answered, and not refused with ${name}`);
  if (error.name !== name || !message.test(error.message)) throw error;
}
