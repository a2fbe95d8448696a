import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { accountsApi, type Attempt, type Client, type Score } from '@throughline/contracts';
import { createService, HttpError, httpClient } from '@throughline/service';
import { fakeClient, silentLog, startApp } from '@throughline/testing';
import { createApp } from './app.ts';

type Accounts = Client<typeof accountsApi>;

const account_id = 'acc_0123456789abcdef';
const now = Date.parse('2027-05-14T19:30:00Z');
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

/** Accounts with the history of one buyer, to which attempts are added as they come. */
function fakeAccounts(history: Partial<Attempt>[] = []): Accounts {
  const attempts = history.map((attempt) => ({
    purchase_id: randomUUID(),
    amount_cents: 9_000,
    at: minutesAgo(60 * 24),
    disputed: false,
    ...attempt,
  }));
  return fakeClient<typeof accountsApi>({
    async recordAttempt({ body }) {
      attempts.unshift({ ...body, at: new Date(now).toISOString(), disputed: false });
      return { attempts: attempts.slice(0, 50) };
    },
  });
}

describe('fraud', () => {
  const serve = async (accounts: Accounts) => {
    const app = await startApp(createApp({ accounts, refuseFrom: 0.8, now: () => now, log: silentLog }));
    const score = (amount_cents: number, purchase_id: string = randomUUID()) =>
      app.request<Score & { error: { code: string } }>('POST', '/scores', {
        body: { purchase_id, account_id, amount_cents },
      });
    return { app, score, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
  };

  it('accepts a first purchase, small or of eight expensive seats', async () => {
    for (const amount of [0, 150, 4_284, 18_968, 76_672, 500_000]) {
      await using fraud = await serve(fakeAccounts());
      const { status, body } = await fraud.score(amount);
      assert.deepEqual([status, body.decision], [200, 'accept'], `${amount} cents: ${body.score}`);
    }
  });

  it('accepts twenty purchases of changing size within minutes, and sixty', async () => {
    await using fraud = await serve(fakeAccounts());
    for (let purchase = 0; purchase < 60; purchase += 1) {
      const { body } = await fraud.score([4_284, 18_968, 76_672][purchase % 3] ?? 0);
      assert.equal(body.decision, 'accept', `purchase ${purchase}: ${body.score}`);
    }
  });

  it('accepts a usual purchase of somebody who disputed one before', async () => {
    await using fraud = await serve(fakeAccounts([{ disputed: true }, {}, {}, {}]));
    assert.equal((await fraud.score(9_000)).body.decision, 'accept');
  });

  for (const disputes of [3, 4, 12]) {
    it(`refuses an account with ${disputes} disputed purchases, whatever it buys`, async () => {
      for (const amount of [0, 9_000, 500_000]) {
        await using fraud = await serve(fakeAccounts(Array.from({ length: disputes }, () => ({ disputed: true }))));
        assert.equal((await fraud.score(amount)).body.decision, 'refuse');
      }
    });
  }

  it('scores a purchase alike in every process, and when it is asked again', async () => {
    const accounts = fakeAccounts([{ disputed: true, amount_cents: 2_000 }, { at: minutesAgo(3) }]);
    const recordAttempt: Accounts['recordAttempt'] = async (input) => {
      const { attempts } = await accounts.recordAttempt(input);
      return { attempts: attempts.slice(-3) };
    };
    await using one = await serve(fakeClient<typeof accountsApi>({ recordAttempt }));
    await using other = await serve(fakeClient<typeof accountsApi>({ recordAttempt }));
    const purchase = randomUUID();
    const first = await one.score(60_000, purchase);
    assert.ok(first.body.score > 0 && first.body.score < 1, `${first.body.score}`);
    assert.deepEqual((await one.score(60_000, purchase)).body, first.body);
    assert.deepEqual((await other.score(60_000, purchase)).body, first.body);
  });

  it('fails when the history cannot be had, and refuses what is no purchase', async () => {
    const down = () => Promise.reject(new HttpError(503, 'upstream_unavailable', 'accounts: down'));
    await using fraud = await serve(fakeClient<typeof accountsApi>({ recordAttempt: down }));
    assert.equal((await fraud.score(9_000)).status, 503);
    assert.equal((await fraud.score(-1)).status, 400);
    assert.equal((await fraud.score(9_000, 'nonsense')).status, 400);
  });

  it('shows the history asked for and then the comparison, below the request', async () => {
    const none = () => Promise.reject(new Error('not in this test'));
    const { recordAttempt } = fakeAccounts();
    await using accounts = await startApp(
      createService({ api: accountsApi, handlers: { signIn: none, session: none, recordAttempt }, log: silentLog }),
    );
    await using fraud = await serve(httpClient(accountsApi, { name: 'accounts', baseUrl: accounts.url }));
    const reply = await fraud.score(9_000);
    const [server, ...rest] = await reply.spans();
    assert.equal(server.name, 'POST /scores');
    assert.equal(server.annotations['shop.fraud_score'], reply.body.score);
    assert.equal(server.annotations['shop.account_id'], account_id);
    const own = rest.filter(({ parent_id }) => parent_id === server.span_id);
    assert.deepEqual(new Set(own.map(({ kind }) => kind)), new Set(['client', 'internal']));
    assert.equal(own.find(({ kind }) => kind === 'internal')?.name, 'compare with profiles');
  });
});
