import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, test } from 'node:test';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { localCredentials, localRegion } from './aws.ts';
import { awsEndpoints, backendPorts, type Settings } from './environment.ts';
import type { FleetEvent } from './events.ts';
import { storeParts } from './fleet-parts.ts';
import { databaseUrl, postgresDataDir, postgresSecret } from './postgres.ts';
import { poll, processStart } from './processes.ts';
import { type RunningParts, runParts } from './run-parts.ts';
import { isReachableByOthers, unprivileged } from './unprivileged.ts';

let folder: string;
let running: RunningParts | undefined;
let events: FleetEvent[];
const offset = 20_000 + (process.pid % 1000) * 20;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-parts-'));
  events = [];
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const settingsIn = (state: string): Settings => ({
  state,
  offset,
  tracing: 'off',
  sampling: 'all',
  secret: postgresSecret(state, postgresDataDir(state)),
});
const start = async (state = folder): Promise<void> => {
  const parts = storeParts(['seats', 'orders', 'promotions'], settingsIn(state), postgresDataDir(state));
  running = await runParts(parts, { state, onEvent: (event) => void events.push(event) });
};
const killed = async (name: string): Promise<void> => {
  const ups = events.filter(({ type }) => type === 'up').length;
  running?.kill(name, 'SIGKILL');
  assert.ok(await poll(() => events.filter(({ type }) => type === 'up').length > ups, 10_000));
};
async function query(text: string, state = folder): Promise<unknown[]> {
  const client = new pg.Client({
    connectionString: databaseUrl(backendPorts(offset).postgres, settingsIn(state).secret, 'seats'),
  });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

test('what PostgreSQL committed survives a kill of it, and a stop and start', async () => {
  await start();
  await query("CREATE TABLE seat AS SELECT 'A1' AS id");
  await killed('postgres');
  assert.deepEqual(await query('SELECT id FROM seat'), [{ id: 'A1' }]);
  await running?.stop();
  await start();
  assert.deepEqual(await query('SELECT id FROM seat'), [{ id: 'A1' }]);
});

test('items, messages and their AWSTraceHeader survive a kill of the emulators', async () => {
  await start();
  const endpoints = awsEndpoints(offset);
  const client = { region: localRegion, credentials: localCredentials };
  const dynamodb = new DynamoDBClient({ ...client, endpoint: endpoints['AWS_ENDPOINT_URL_DYNAMODB'] ?? '' });
  const sqs = new SQSClient({ ...client, endpoint: endpoints['AWS_ENDPOINT_URL_SQS'] ?? '' });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'order-placed' }));
  await dynamodb.send(new PutItemCommand({ TableName: 'promotions', Item: { code: { S: 'SPRING' } } }));
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: 'order',
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2-3' } },
    }),
  );
  await killed('emulators');
  const key = { TableName: 'promotions', Key: { code: { S: 'SPRING' } } };
  const { Item } = await dynamodb.send(new GetItemCommand(key));
  assert.deepEqual(Item, { code: { S: 'SPRING' } });
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, MessageSystemAttributeNames: ['AWSTraceHeader'] }),
  );
  assert.deepEqual(
    Messages?.map(({ Body, Attributes }) => [Body, Attributes]),
    [['order', { AWSTraceHeader: 'Root=1-2-3' }]],
  );
  dynamodb.destroy();
  sqs.destroy();
});

const runner = (state: string) => `
  import { storeParts } from '${new URL('fleet-parts.ts', import.meta.url).href}';
  import { runParts } from '${new URL('run-parts.ts', import.meta.url).href}';
  const settings = ${JSON.stringify(settingsIn(state))};
  const parts = storeParts(['seats'], settings, ${JSON.stringify(postgresDataDir(state))});
  const running = await runParts(parts, { state: settings.state });
  console.log(running.processes()[0].pid);
  setInterval(() => {}, 1000);
`;

test('a start works at once after the whole tree was killed', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', runner(folder)]);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  await query("CREATE TABLE seat AS SELECT 'A1' AS id");
  child.kill('SIGKILL');
  process.kill(Number(line), 'SIGKILL');
  await once(child, 'exit');
  await start();
  assert.deepEqual(await query('SELECT id FROM seat'), [{ id: 'A1' }]);
});

test('PostgreSQL ends when its fleet is killed', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', runner(folder)]);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  child.kill('SIGKILL');
  assert.ok(await poll(() => processStart(Number(line)) === undefined, 5000));
});

test('a postmaster.pid that names an unrelated process does not prevent the start', async () => {
  await start();
  await running?.stop();
  writeFileSync(join(postgresDataDir(folder), 'postmaster.pid'), `${process.pid}\n`);
  await start();
  assert.deepEqual(await query('SELECT 1 AS one'), [{ one: 1 }]);
});

test('an initdb that was cut short is begun anew', async () => {
  mkdirSync(`${postgresDataDir(folder)}.new/base`, { recursive: true });
  await start();
  assert.deepEqual(await query('SELECT 1 AS one'), [{ one: 1 }]);
});

test('a state directory below a closed home holds all but what PostgreSQL cannot reach there', async () => {
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const state = join(home, 'state');
  const dataDir = postgresDataDir(state);
  assert.equal(dataDir.startsWith(state), unprivileged() === undefined);
  assert.equal(isReachableByOthers(dataDir), unprivileged() !== undefined);
  await start(state);
  assert.deepEqual(await query('SELECT 1 AS one', state), [{ one: 1 }]);
  await running?.stop();
  if (!dataDir.startsWith(state)) rmSync(join(dataDir, '..'), { recursive: true });
});

test('the password of the superuser is readable by its owner only', async () => {
  await start();
  const { mode } = (await import('node:fs')).statSync(join(folder, 'postgres.secret'));
  assert.equal(mode & 0o077, 0);
  assert.ok(readFileSync(join(folder, 'postgres.secret'), 'utf8').length >= 32);
});
