import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import db from 'dynalite/db/index.js';
import { localCredentials, localRegion } from './aws.ts';
import { createDynamoDb } from './dynamodb-emulator.ts';
import { initTables } from './init-aws.ts';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'throughline-dynamodb-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

/** Runs work against an emulator on that folder. */
async function served<T>(work: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const server = (await createDynamoDb(path)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({ endpoint, region: localRegion, credentials: localCredentials });
  try {
    return await work(client);
  } finally {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const openPurchases = (): Promise<unknown[]> =>
  served(async (client) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: 'purchases',
        IndexName: 'open',
        KeyConditionExpression: '#open = :y',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: { ':y': { S: 'y' } },
      }),
    );
    return Items.map(({ id }) => id?.S);
  });

test('an item whose index entry was lost in a kill, or was written too early, is found by its index after a start', async () => {
  await served(async (client) => {
    await initTables(client, ['purchases']);
    const open = { open: { S: 'y' }, lease_until: { S: '2027-01-01T00:00:00.000Z' } };
    for (const id of ['one', 'two']) {
      await client.send(new PutItemCommand({ TableName: 'purchases', Item: { id: { S: id }, ...open } }));
    }
    await client.send(new PutItemCommand({ TableName: 'purchases', Item: { id: { S: 'closed' } } }));
  });
  // As dynalite leaves it between its two writes.
  const store = db.create({ path });
  await store.db.open();
  const prefix = 'index-global~purchases~open~';
  const [first = '', second = ''] = await store.db.keys({ gte: prefix, lt: `${prefix}\u00ff` }).all();
  const [, copy] = await store.db.values({ gte: prefix, lt: `${prefix}\u00ff` }).all();
  await store.db.batch([
    { type: 'del', key: first },
    { type: 'put', key: `${second}ff`, value: copy },
  ]);
  await store.db.close();

  assert.deepEqual((await openPurchases()).toSorted(), ['one', 'two']);
});

test('a folder that holds nothing yet is left alone', async () => {
  rmSync(path, { recursive: true });
  await served((client) => initTables(client, ['purchases']));
  assert.deepEqual(await openPurchases(), []);
});
