import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { deadLetterQueue, maxReceives, tables, type TableDefinition } from '@throughline/contracts';
import pg from 'pg';
import { localCredentials, localRegion } from './aws.ts';
import { poll } from './processes.ts';

const identifier = pg.escapeIdentifier;

/**
 * Makes a database and a role of its name for each service, and closes each database to every other role. What exists is left,
 * so it can be run at every start and by several at once; a role that exists keeps its password.
 */
export async function initDatabases(
  adminUrl: string,
  services: readonly string[],
  password: (service: string) => string,
): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    // Held until the connection ends: two that begin together do not collide.
    await client.query("SELECT pg_advisory_lock(hashtext('throughline init'))");
    const { rows: roles } = await client.query<{ name: string }>('SELECT rolname AS name FROM pg_roles');
    const { rows: databases } = await client.query<{ name: string; open: boolean }>(
      "SELECT datname AS name, has_database_privilege('public', oid, 'CONNECT') AS open FROM pg_database",
    );
    const open = new Set(databases.filter((database) => database.open).map(({ name }) => name));
    for (const name of services) {
      if (!roles.some((role) => role.name === name)) {
        await client.query(`CREATE ROLE ${identifier(name)} LOGIN PASSWORD ${pg.escapeLiteral(password(name))}`);
      }
      if (!databases.some((database) => database.name === name)) {
        await client.query(`CREATE DATABASE ${identifier(name)} OWNER ${identifier(name)} STRATEGY FILE_COPY`);
        open.add(name);
      }
    }
    for (const name of [...services, 'postgres'].filter((each) => open.has(each))) {
      await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${identifier(name)} FROM PUBLIC`);
    }
  } finally {
    await client.end();
  }
}

/** Makes the DynamoDB tables that do not exist and waits until they can be used. */
export async function initTables(client: DynamoDBClient, names: readonly string[]): Promise<void> {
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
