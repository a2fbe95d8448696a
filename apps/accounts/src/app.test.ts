import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  accountId,
  DISPUTED_EMAIL,
  SEED_ACCOUNTS,
  SEED_PASSWORD,
  seedEmail,
  type Attempt,
  type Session,
} from '@throughline/contracts';
import { startStores, type Stores } from '@throughline/local';
import { GetCommand, openTables, type Tables } from '@throughline/service/dynamodb';
import { capturedSpans, silentLog, startApp, type Reply } from '@throughline/testing';
import { createApp } from './app.ts';
import { seed } from './seed.ts';
import { hashToken } from './session-token.ts';
import { dynamoStore } from './store.ts';

interface Problem {
  readonly error: { readonly code: string; readonly message: string };
}
type Attempts = { attempts: Attempt[] };

const HOUR = 3_600_000;
const email = seedEmail(7);
const credentials = { email, password: SEED_PASSWORD };

/** Which operations on which tables a request made. */
const operations = async (reply: Reply): Promise<(string | undefined)[][]> =>
  (await reply.spans()).slice(1).map(({ kind, aws }) => [kind, aws?.operation, aws?.table_name]);

describe('accounts', () => {
  let stores: Stores;
  let tables: Tables;
  let now = new Date('2027-01-01T12:00:00.000Z');
  const app = () => startApp(createApp({ store: dynamoStore(tables), log: silentLog, clock: () => now }));

  before(async () => {
    stores = await startStores(['accounts']);
    Object.assign(process.env, stores.env);
    tables = openTables();
    await seed(tables);
  });
  after(async () => {
    tables.destroy();
    await stores.stop();
  });

  it('opens a session for a right password, whatever the case of the address', async () => {
    await using accounts = await app();
    const body = { ...credentials, email: email.toUpperCase() };
    const reply = await accounts.request<Session>('POST', '/sessions', { body });
    assert.equal(reply.status, 201);
    assert.match(reply.body.token, /^ses_[\w-]{32}$/);
    assert.deepEqual(
      { ...reply.body, token: '' },
      { token: '', account_id: accountId(email), email, expires_at: '2027-01-02T00:00:00.000Z' },
    );
    assert.deepEqual(await operations(reply), [
      ['client', 'GetItem', 'accounts'],
      ['client', 'PutItem', 'sessions'],
    ]);
    const [server] = await reply.spans();
    assert.equal(server.name, 'POST /sessions');
    assert.equal(server.annotations['shop.account_id'], accountId(email));
  });

  it('answers an unknown address as it answers a wrong password', async () => {
    await using accounts = await app();
    const ask = (body: object) => accounts.request<Problem>('POST', '/sessions', { body });
    const unknown = await ask({ ...credentials, email: 'nobody@example.com' });
    const wrong = await ask({ ...credentials, password: 'shut-the-doors' });
    assert.deepEqual([unknown.status, wrong.status], [401, 401]);
    assert.equal(unknown.body.error.code, 'bad_credentials');
    assert.equal(unknown.body.error.message, wrong.body.error.message);
    assert.deepEqual(await operations(unknown), await operations(wrong));
  });

  it('keeps the hash of a token, never the token', async () => {
    await using accounts = await app();
    const { token } = (await accounts.request<Session>('POST', '/sessions', { body: credentials })).body;
    const kept = (key: string) => tables.send(new GetCommand({ TableName: 'sessions', Key: { token: key } }));
    assert.equal((await kept(token)).Item, undefined);
    assert.doesNotMatch(JSON.stringify((await kept(hashToken(token))).Item), new RegExp(token));
  });

  it('knows a session until it expires', async () => {
    await using accounts = await app();
    const session = (await accounts.request<Session>('POST', '/sessions', { body: credentials })).body;
    const check = (token: string) =>
      accounts.request<Session & Problem>('POST', '/sessions/check', { body: { token } });
    const known = await check(session.token);
    assert.deepEqual([known.status, known.body], [200, session]);
    assert.deepEqual(await operations(known), [['client', 'GetItem', 'sessions']]);
    const unknown = await check('ses_no-such-session');
    assert.deepEqual([unknown.status, unknown.body.error.code], [401, 'no_session']);
    const start = now;
    now = new Date(start.getTime() + 12 * HOUR);
    const late = await check(session.token);
    now = start;
    assert.deepEqual([late.status, late.body.error.code], [401, 'no_session']);
  });

  it('records an attempt once, and lists the latest fifty, the newest first', async () => {
    await using accounts = await app();
    const account = accountId('someone@example.com');
    const start = now;
    const attempt = (purchase_id: string, amount_cents = 100) =>
      accounts.request<Attempts>('POST', `/accounts/${account}/attempts`, { body: { purchase_id, amount_cents } });
    const ids = Array.from({ length: 52 }, () => randomUUID());
    for (const [index, id] of ids.entries()) {
      now = new Date(start.getTime() + index * 1000);
      assert.equal((await attempt(id)).status, 200);
    }
    const repeated = await attempt(ids[51]!, 999);
    now = start;
    assert.deepEqual(
      repeated.body.attempts.map(({ purchase_id }) => purchase_id),
      ids.toReversed().slice(0, 50),
    );
    assert.equal(repeated.body.attempts[0]?.amount_cents, 100);
    assert.deepEqual(await operations(repeated), [
      ['client', 'PutItem', 'history'],
      ['client', 'Query', 'history'],
    ]);
  });

  it('records one attempt when a purchase is told twenty times at once', async () => {
    await using accounts = await app();
    const path = `/accounts/${accountId('twice@example.com')}/attempts`;
    const body = { purchase_id: randomUUID(), amount_cents: 4_200 };
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => accounts.request<Attempts>('POST', path, { body })),
    );
    const [first] = replies.map((reply) => reply.body.attempts);
    for (const reply of replies) assert.deepEqual([reply.status, reply.body.attempts], [200, first]);
    assert.deepEqual(first, [{ ...body, at: now.toISOString(), disputed: false }]);
  });

  it('seeds every buyer, one of them with disputed purchases, and leaves them alone at the next start', async () => {
    await using accounts = await app();
    for (const number of [0, SEED_ACCOUNTS]) {
      const body = { ...credentials, email: seedEmail(number) };
      assert.equal((await accounts.request('POST', '/sessions', { body })).status, 201);
    }
    const body = { purchase_id: randomUUID(), amount_cents: 100 };
    const path = `/accounts/${accountId(DISPUTED_EMAIL)}/attempts`;
    const { attempts } = (await accounts.request<Attempts>('POST', path, { body })).body;
    assert.equal(attempts.filter(({ disputed }) => disputed).length, 6);
    assert.equal(attempts[0]?.purchase_id, body.purchase_id);
    const find = () => tables.send(new GetCommand({ TableName: 'accounts', Key: { email } }));
    const before = await find();
    await seed(tables);
    assert.deepEqual((await find()).Item, before.Item);
  });

  it('refuses what the contract does not allow', async () => {
    await using accounts = await app();
    const status = async (path: string, body: unknown) => (await accounts.request('POST', path, { body })).status;
    assert.equal(await status('/sessions', { email: 'nobody', password: SEED_PASSWORD }), 400);
    assert.equal(await status('/sessions', { ...credentials, admin: true }), 400);
    assert.equal(await status('/sessions/check', { token: 17 }), 400);
    assert.equal(await status('/accounts/me/attempts', { purchase_id: randomUUID(), amount_cents: 1 }), 400);
    assert.equal(await status(`/accounts/${accountId(email)}/attempts`, { purchase_id: 'x', amount_cents: -1 }), 400);
  });

  it('answers 500 without a word of the store when the store fails', async () => {
    const broken = new Proxy(dynamoStore(tables), {
      get: () => () => Promise.reject(new Error('a table is missing')),
    });
    await using accounts = await startApp(createApp({ store: broken, log: silentLog }));
    const reply = await accounts.request<Problem>('POST', '/sessions', { body: credentials });
    assert.deepEqual([reply.status, reply.body.error.code], [500, 'internal_error']);
    assert.doesNotMatch(reply.body.error.message, /table/);
    assert.equal((await reply.spans())[0].status, 'fault');
  });

  it('shows no address, password or token in a span', () => {
    assert.doesNotMatch(JSON.stringify(capturedSpans()), /@example|open-the-doors|ses_[\w-]{32}/i);
  });
});
