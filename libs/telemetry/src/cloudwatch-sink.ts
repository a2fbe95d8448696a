import { randomUUID } from 'node:crypto';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { tracing } from './current.ts';
import type { LogSink } from './log-batches.ts';

/**
 * Writes to one log stream of the group, which is made when it is missing (also when it goes missing later). The client is
 * loaded with the first batch, not while the service starts, and is never traced.
 */
export function cloudWatchSink(logGroupName: string, logStreamName: string = randomUUID()): LogSink {
  const target = { logGroupName, logStreamName };
  let client: CloudWatchLogsClient | undefined;
  return async (logEvents) => {
    const aws = await import('@aws-sdk/client-cloudwatch-logs');
    client ??= new aws.CloudWatchLogsClient({
      maxAttempts: 1,
      requestHandler: { requestTimeout: 3_000, connectionTimeout: 1_000, throwOnRequestTimeout: true },
    });
    const cloudwatch = client;
    const exists = (error: unknown): void => {
      if (!(error instanceof aws.ResourceAlreadyExistsException)) throw error;
    };
    const put = (): Promise<unknown> => cloudwatch.send(new aws.PutLogEventsCommand({ ...target, logEvents }));
    await tracing.untraced(async () => {
      try {
        await put();
      } catch (error) {
        if (!(error instanceof aws.ResourceNotFoundException)) throw error;
        await cloudwatch.send(new aws.CreateLogGroupCommand({ logGroupName })).catch(exists);
        await cloudwatch.send(new aws.CreateLogStreamCommand(target)).catch(exists);
        await put();
      }
    });
  };
}
