import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gatewayApi } from '@throughline/contracts';
import { capturedSpans, silentLog, startApp } from '@throughline/testing';
import { createApp } from './app.ts';
import {
  account_id,
  endpoints,
  kindNeighbours,
  noNeighbours,
  receipt,
  requestOf,
  samples,
  session,
  signedIn,
} from './gateway.fixture.ts';

const start = (neighbours = noNeighbours) => startApp(createApp({ neighbours, log: silentLog }));

/** Sends the valid request of a route for the signed-in buyer. */
async function ask(name: keyof typeof gatewayApi) {
  const { neighbours, asked } = kindNeighbours();
  await using gateway = await start(neighbours);
  const [method, path, { headers, body }] = requestOf(gatewayApi[name], samples[name]);
  const reply = await gateway.request(method, path, { body, headers: { ...headers, ...signedIn } });
  const [server] = await reply.spans();
  return { reply, asked, server };
}

describe('gateway', () => {
  for (const [name, endpoint] of endpoints) {
    it(`${endpoint.method} ${endpoint.path} answers a valid request with what the contract says`, async () => {
      const { reply, asked, server } = await ask(name);
      assert.equal(reply.status, endpoint.status);
      assert.ok(endpoint.response.safeParse(reply.body).success);
      assert.equal(server.name, `${endpoint.method} ${endpoint.path}`);
      assert.equal(server.annotations['shop.account_id'], endpoint.signedIn && account_id);
      assert.equal(asked.length, endpoint.signedIn ? 2 : 1);
      assert.equal(asked[0]?.[0] === 'accounts.session', endpoint.signedIn === true);
    });
  }

  it('keeps the address of a session to itself', async () => {
    const { reply } = await ask('signIn');
    const { email: _, ...shown } = session;
    assert.deepEqual(reply.body, shown);
  });

  it('passes the idempotency key, the account and its address on to checkout', async () => {
    const { reply, asked, server } = await ask('checkout');
    const { headers, body } = samples.checkout;
    assert.deepEqual(asked[1], ['checkout.purchase', { headers, body: { ...body, account_id, email: session.email } }]);
    assert.deepEqual(reply.body, receipt);
    assert.equal(server.annotations['shop.purchase_id'], receipt.purchase_id);
    assert.equal(server.annotations['shop.amount_cents'], 220);
  });

  it('asks for seats and orders in the name of the signed-in account alone', async () => {
    const input = async (name: keyof typeof gatewayApi) => (await ask(name)).asked[1]?.[1];
    assert.deepEqual(await input('hold'), { body: { ...samples.hold.body, account_id } });
    assert.deepEqual(await input('releaseHold'), { params: samples.releaseHold.params, body: { account_id } });
    assert.deepEqual(await input('listOrders'), { query: { limit: 5, account_id } });
    assert.deepEqual(await input('getOrder'), { params: samples.getOrder.params, query: { account_id } });
  });

  describe('without a session', () => {
    for (const [name, endpoint] of endpoints.filter(([, { signedIn: needed }]) => needed)) {
      it(`${endpoint.method} ${endpoint.path} does nothing`, async () => {
        const { neighbours, asked } = kindNeighbours();
        await using gateway = await start(neighbours);
        const [method, path, { headers, body }] = requestOf(endpoint, samples[name]);
        const unknown = `ses_${'b'.repeat(32)}`;
        for (const authorization of [
          '',
          'Bearer',
          'Basic YTpi',
          'Bearer nonsense',
          session.token,
          `Bearer ${unknown}`,
        ]) {
          const reply = await gateway.request<{ error: { code: string } }>(method, path, {
            body,
            headers: { ...headers, ...(authorization && { authorization }) },
          });
          assert.deepEqual([reply.status, reply.body.error.code], [401, 'no_session'], authorization);
        }
        assert.deepEqual(asked, [['accounts.session', { body: { token: unknown } }]]);
      });
    }
  });

  it('shows no address, card, password or token in a span', () => {
    const { number, cvc } = (samples.checkout.body as { card: { number: string; cvc: string } }).card;
    const spans = JSON.stringify(capturedSpans());
    for (const secret of ['@example', number, `"${cvc}"`, 'open-the-doors', session.token]) {
      assert.ok(!spans.includes(secret), secret);
    }
  });
});
