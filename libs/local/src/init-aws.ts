import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { deadLetterQueue, maxReceives, tables, type TableDefinition } from '@throughline/contracts';
import { localCredentials, localRegion } from './aws.ts';
import { poll } from './processes.ts';

// Loaded where they are used: who only starts a fleet need not keep them.
const dynamodbSdk = () => import('@aws-sdk/client-dynamodb');
const sqsSdk = () => import('@aws-sdk/client-sqs');

/** Makes the DynamoDB tables that do not exist and waits until they can be used. */
export async function initTables(client: DynamoDBClient, names: readonly string[]): Promise<void> {
  const { DescribeTableCommand, ListTablesCommand } = await dynamodbSdk();
  const { TableNames: existing = [] } = await client.send(new ListTablesCommand({}));
  await Promise.all(
    names.map(async (name) => {
      if (!existing.includes(name)) await createTable(client, name);
      const active = async (): Promise<boolean> => {
        const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
        return Table?.TableStatus === 'ACTIVE';
      };
      if (!(await poll(active, 30_000))) throw new Error(`DynamoDB's table ${name} did not become active in 30 s.`);
    }),
  );
}

async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  const { CreateTableCommand, ResourceInUseException } = await dynamodbSdk();
  if (!Object.hasOwn(tables, name)) throw new Error(`The table ${name} has no key schema: add it to services.ts.`);
  const { hash, range, index }: TableDefinition = tables[name as keyof typeof tables];
  const keys = (hashKey: string, rangeKey?: string): { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[] => [
    { AttributeName: hashKey, KeyType: 'HASH' },
    ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: 'RANGE' as const }] : []),
  ];
  const attributes = new Set([hash, range, index?.hash, index?.range].filter((each) => each !== undefined));
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keys(hash, range),
        AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        ...(index && {
          GlobalSecondaryIndexes: [
            { IndexName: index.name, KeySchema: keys(index.hash, index.range), Projection: { ProjectionType: 'ALL' } },
          ],
        }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

/** A message that its taker did not delete, because it died for one, comes back after this many seconds. */
const visibilityTimeoutSeconds = 10;

/** Makes the SQS queues that do not exist, each with its dead-letter queue. */
export async function initQueues(client: SQSClient, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => createQueue(client, name)));
}

async function createQueue(client: SQSClient, name: string): Promise<void> {
  const { CreateQueueCommand, GetQueueAttributesCommand, SetQueueAttributesCommand } = await sqsSdk();
  const [queue, dead] = await Promise.all(
    [name, deadLetterQueue(name)].map((QueueName) => client.send(new CreateQueueCommand({ QueueName }))),
  );
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: dead?.QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const redrive = { deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: maxReceives };
  await client.send(
    new SetQueueAttributesCommand({
      QueueUrl: queue?.QueueUrl,
      Attributes: { VisibilityTimeout: String(visibilityTimeoutSeconds), RedrivePolicy: JSON.stringify(redrive) },
    }),
  );
}

/** Makes tables and queues at the endpoints of an environment. */
export async function initAws(
  env: Readonly<Record<string, string>>,
  tableNames: readonly string[],
  queueNames: readonly string[],
): Promise<void> {
  const [{ DynamoDBClient }, { SQSClient }] = await Promise.all([dynamodbSdk(), sqsSdk()]);
  const client = { region: localRegion, credentials: localCredentials };
  const dynamodb = new DynamoDBClient({ ...client, endpoint: env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '' });
  const sqs = new SQSClient({ ...client, endpoint: env['AWS_ENDPOINT_URL_SQS'] ?? '' });
  try {
    await Promise.all([initTables(dynamodb, tableNames), initQueues(sqs, queueNames)]);
  } finally {
    dynamodb.destroy();
    sqs.destroy();
  }
}
