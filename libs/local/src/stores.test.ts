import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { deadLetterQueue, maxReceives } from '@throughline/contracts';
import pg from 'pg';
import { localCredentials, localRegion } from './aws.ts';
import { type Stores, startStores } from './stores.ts';

let stores: Stores;
let sqs: SQSClient;
let dynamodb: DynamoDBClient;
let QueueUrl: string | undefined;
const settings = { region: localRegion, credentials: localCredentials };

before(async () => {
  stores = await startStores();
  sqs = new SQSClient({ ...settings, endpoint: stores.env['AWS_ENDPOINT_URL_SQS'] ?? '' });
  dynamodb = new DynamoDBClient({ ...settings, endpoint: stores.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '' });
  ({ QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'order-placed' })));
});
after(async () => {
  sqs.destroy();
  dynamodb.destroy();
  await stores.stop();
});

test('a service opens its own database, as its owner', async () => {
  const client = new pg.Client({ connectionString: stores.databaseUrl('seats') });
  await client.connect();
  await client.query('CREATE TABLE seat (id text)');
  const { rows } = await client.query('SELECT current_user AS me, current_database() AS here');
  assert.deepEqual(rows, [{ me: 'seats', here: 'seats' }]);
  await client.end();
});

test("a service's role cannot open another's database, nor any role without its password", async () => {
  const other = new URL(stores.databaseUrl('seats'));
  other.pathname = '/orders';
  await assert.rejects(new pg.Client({ connectionString: other.href }).connect(), /permission denied for database/);
  const guessed = new URL(stores.databaseUrl('seats'));
  guessed.password = 'seats';
  await assert.rejects(new pg.Client({ connectionString: guessed.href }).connect(), /password authentication failed/);
});

test('the tables have the keys and the index of services.ts', async () => {
  const item = { id: { S: 'p1' }, open: { S: 'yes' }, lease_until: { S: '2030' } };
  await dynamodb.send(new PutItemCommand({ TableName: 'purchases', Item: item }));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: 'purchases', Key: { id: { S: 'p1' } } }));
  assert.deepEqual(Item, item);
  const { Items } = await dynamodb.send(
    new QueryCommand({
      TableName: 'purchases',
      IndexName: 'open',
      KeyConditionExpression: '#open = :yes',
      ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: { ':yes': { S: 'yes' } },
    }),
  );
  assert.deepEqual(Items, [item]);
});

const take = async (asked: Partial<ConstructorParameters<typeof ReceiveMessageCommand>[0]> = {}) => {
  const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10, ...asked });
  const { Messages = [] } = await sqs.send(command);
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages;
};
const systemAttribute = (StringValue: string) => ({
  AWSTraceHeader: { DataType: 'String' as const, StringValue },
});

test('AWSTraceHeader goes through the queue, beside the message attributes that were asked for', async () => {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: '{}',
      MessageAttributes: { traceparent: { DataType: 'String', StringValue: '00-abc' } },
      MessageSystemAttributes: systemAttribute('Root=1-2-3'),
    }),
  );
  const [message] = await take({
    MessageAttributeNames: ['traceparent'],
    MessageSystemAttributeNames: ['AWSTraceHeader'],
  });
  assert.deepEqual(message?.Attributes, { AWSTraceHeader: 'Root=1-2-3' });
  assert.deepEqual(Object.keys(message?.MessageAttributes ?? {}), ['traceparent']);
});

test('AWSTraceHeader goes through a batch, each message its own', async () => {
  const Entries = ['a', 'b'].map((Id) => ({
    Id,
    MessageBody: Id,
    MessageSystemAttributes: systemAttribute(`Root=${Id}`),
  }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const messages = await take({ MessageSystemAttributeNames: ['All'] });
  const headers = messages.map(({ Body, Attributes }) => [Body, Attributes?.['AWSTraceHeader']]);
  assert.deepEqual(headers.toSorted(), [
    ['a', 'Root=a'],
    ['b', 'Root=b'],
  ]);
});

test('the header X-Amzn-Trace-Id of the request becomes AWSTraceHeader', async () => {
  const command = new SendMessageCommand({ QueueUrl, MessageBody: '{}' });
  command.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['X-Amzn-Trace-Id'] = 'Root=from-header';
      return next(args);
    },
    { step: 'build' },
  );
  await sqs.send(command);
  const [message] = await take({ MessageSystemAttributeNames: ['AWSTraceHeader'] });
  assert.deepEqual(message?.Attributes, { AWSTraceHeader: 'Root=from-header' });
});

test('message attributes that were not asked for are not returned, as with SQS', async () => {
  const MessageAttributes = { traceparent: { DataType: 'String' as const, StringValue: '00-abc' } };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: '{}',
      MessageAttributes,
      MessageSystemAttributes: systemAttribute('Root=1'),
    }),
  );
  const [message] = await take();
  assert.equal(message?.MessageAttributes, undefined);
  assert.equal(message?.Attributes, undefined);
});

test('a message that is made visible at once is received again', async () => {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'again' }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
  const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  assert.deepEqual(
    (await take()).map(({ Body }) => Body),
    ['again'],
  );
});

// At once where the emulator has seen it go, after the visibility timeout where the message was already on its way.
test('a message taken for a consumer that has gone comes back for the next', async () => {
  const gone = new AbortController();
  const taking = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: gone.signal });
  const arrived = sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  await arrived;
  gone.abort();
  await assert.rejects(taking);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'for the living' }));
  assert.deepEqual(
    (await take({ WaitTimeSeconds: 15 })).map(({ Body }) => Body),
    ['for the living'],
  );
});

test('a message that nobody can handle ends in the dead-letter queue, with its trace', async () => {
  const MessageSystemAttributes = systemAttribute('Root=1-2-3');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison', MessageSystemAttributes }));
  const all = { MessageSystemAttributeNames: ['All' as const], VisibilityTimeout: 0 };
  for (let received = 1; received <= maxReceives; received += 1) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, ...all }));
    assert.equal(Messages?.[0]?.Attributes?.['ApproximateReceiveCount'], String(received));
  }
  assert.deepEqual(await take({ WaitTimeSeconds: 0 }), []);
  const dead = await sqs.send(new GetQueueUrlCommand({ QueueName: deadLetterQueue('order-placed') }));
  const [message] = await take({ QueueUrl: dead.QueueUrl, ...all, VisibilityTimeout: 5 });
  assert.deepEqual([message?.Body, message?.Attributes?.['AWSTraceHeader']], ['poison', 'Root=1-2-3']);
});
