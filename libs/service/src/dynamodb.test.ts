import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { startStores, type Stores } from '@throughline/local';
import { tracing } from '@throughline/telemetry';
import { spansIn } from '@throughline/testing';
import { conditionFailed, GetCommand, openTables, PutCommand, type Tables } from './dynamodb.ts';

const TableName = 'payments';

describe('the tables', () => {
  let stores: Stores;
  let tables: Tables;
  before(async () => {
    stores = await startStores(['payments']);
    Object.assign(process.env, stores.env);
    tables = openTables();
  });
  after(async () => {
    tables.destroy();
    await stores.stop();
  });

  const put = (purchase_id: string): Promise<unknown> =>
    tables.send(
      new PutCommand({
        TableName,
        Item: { purchase_id, note: undefined },
        ConditionExpression: 'attribute_not_exists(purchase_id)',
      }),
    );

  it('appear in a trace by their names, one client span a call', async () => {
    const spans = await spansIn(async () => {
      await put('p1');
      await tables.send(new GetCommand({ TableName, Key: { purchase_id: 'p1' } }));
    });
    assert.deepEqual(spans.map(({ kind, peer, name, status }) => [kind, peer, name, status]).toSorted(), [
      ['client', { name: TableName, kind: 'dynamodb' }, 'DynamoDB.GetItem', 'ok'],
      ['client', { name: TableName, kind: 'dynamodb' }, 'DynamoDB.PutItem', 'ok'],
    ]);
  });

  it('say that a condition did not hold, which is no fault of theirs', async () => {
    await put('p2');
    const spans = await spansIn(() => assert.rejects(put('p2'), conditionFailed));
    assert.deepEqual(
      spans.map(({ name, status }) => [name, status]),
      [['DynamoDB.PutItem', 'error']],
    );
    assert.equal(conditionFailed(new Error('another')), false);
  });

  it('are written by one of many at once, each call under its own parent', async () => {
    const parents: string[] = [];
    const spans = await spansIn(() =>
      Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          tracing.span(`buyer ${n}`, {}, async () => {
            parents.push(tracing.ids()?.span_id ?? '');
            await put('p3').catch((error: unknown) => assert.ok(conditionFailed(error)));
          }),
        ),
      ),
    );
    const calls = spans.filter(({ kind }) => kind === 'client');
    assert.deepEqual(calls.map(({ parent_id }) => parent_id).toSorted(), parents.toSorted());
    assert.equal(calls.filter(({ status }) => status === 'ok').length, 1);
  });

  it('are not traced where their caller is not', async () => {
    assert.deepEqual(await spansIn(() => tracing.untraced(() => put('p4'))), []);
  });

  it('that say nothing are given up on', { timeout: 10_000 }, async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const lost = openTables({ timeoutMs: 100 });
    const get = lost.send(new GetCommand({ TableName, Key: { purchase_id: 'p1' } }));
    await assert.rejects(get, { name: 'TimeoutError' });
    lost.destroy();
    silent.close();
  });
});
