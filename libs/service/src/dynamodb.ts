import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tracing } from '@throughline/telemetry';

export {
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

export type Tables = DynamoDBDocumentClient;

/**
 * A document client for this service's tables; endpoint, region and credentials come from AWS's own variables. A call is tried
 * three times, for `timeoutMs` each.
 */
export function openTables({ timeoutMs = 5_000 } = {}): Tables {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { requestTimeout: timeoutMs, connectionTimeout: 3_000, throwOnRequestTimeout: true },
  });
  return DynamoDBDocumentClient.from(tracing.captureAws(client), { marshallOptions: { removeUndefinedValues: true } });
}

/** Whether a write was refused because its condition did not hold. */
export const conditionFailed = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';
