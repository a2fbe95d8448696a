import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ErrorBody } from '@throughline/contracts';
import { silentLog, startApp, type Reply, type RunningApp } from '@throughline/testing';
import { createApp } from './app.ts';
import { endpoints, noNeighbours, requestOf, samples, signedIn } from './gateway.fixture.ts';

/** Nobody behind the gateway may be asked: where one is, the answer is a 500. */
describe('bad input', () => {
  let gateway: RunningApp;
  before(async () => {
    gateway = await startApp(createApp({ neighbours: noNeighbours, log: silentLog }));
  });
  after(() => gateway[Symbol.asyncDispose]());

  async function refused(sent: Promise<Reply>, status: number, code: string, what: string): Promise<void> {
    const reply = await sent;
    assert.equal(reply.status, status, `${what}: ${JSON.stringify(reply.body)}`);
    const { error } = ErrorBody.parse(reply.body);
    assert.equal(error.code, code, what);
    const [server] = await reply.spans();
    assert.equal(error.trace_id, server.trace_id, what);
    assert.equal(server.status, 'error', what);
  }

  const strangers: unknown[] = [null, 17, true, '', 'x'.repeat(5_000), '\u0000', [], [[]], {}, { $gt: '' }];

  for (const [name, endpoint] of endpoints) {
    const title = `${endpoint.method} ${endpoint.path}`;
    const sample = samples[name];
    const send = (changed: typeof sample): Promise<Reply> => {
      const [method, path, { headers, body }] = requestOf(endpoint, { ...sample, ...changed });
      return gateway.request(method, path, { body, headers: { ...signedIn, ...headers } });
    };

    const withBody = endpoint.body ? [requestOf(endpoint, sample)] : [];
    for (const [method, path, { headers }] of withBody) {
      it(`${title} refuses a body that is too large or no JSON`, async () => {
        const raw = (body: string): Promise<Reply> => gateway.request(method, path, { body, headers });
        await refused(raw(JSON.stringify({ filler: 'x'.repeat(70_000) })), 413, 'body_too_large', 'large body');
        for (const body of ['{', '{"a":', 'null,', '<xml/>', '\u0000']) await refused(raw(body), 400, 'bad_json', body);
      });
    }

    for (const part of ['params', 'query'] as const) {
      for (const field of Object.keys(sample[part] ?? {})) {
        it(`${title} refuses a ${field} that is none`, async () => {
          for (const value of ['-1', 'x'.repeat(5_000), '\u0000', '%', '../..', "' OR 1=1", '{}', '1e99']) {
            await refused(send({ [part]: { ...sample[part], [field]: value } }), 400, 'bad_request', value);
          }
        });
      }
    }

    if (endpoint.headers) {
      it(`${title} refuses a missing or malformed idempotency key`, async () => {
        await refused(send({ headers: {} }), 400, 'bad_request', 'no key');
        for (const key of ['', 'short', 'x'.repeat(65), 'with space', 'späth-key', '{"key":"value"}']) {
          await refused(send({ headers: { 'idempotency-key': key } }), 400, 'bad_request', key);
        }
      });
    }

    if (endpoint.body) {
      it(`${title} refuses a body of another shape`, async () => {
        const body = { ...sample.body };
        await refused(send({ body: [] as never }), 400, 'bad_request', 'a list');
        await refused(send({ body: { ...body, admin: true } }), 400, 'bad_request', 'an unknown field');
        for (const field of Object.keys(body)) {
          const { [field]: _, ...rest } = body;
          if (field !== 'promo_code') await refused(send({ body: rest }), 400, 'bad_request', `no ${field}`);
          for (const value of strangers) {
            const what = `${field}: ${JSON.stringify(value)}`.slice(0, 80);
            await refused(send({ body: { ...body, [field]: value } }), 400, 'bad_request', what);
          }
        }
      });

      it(`${title} refuses a body that is missing or not sent as JSON`, async () => {
        const [method, path, { headers, body }] = requestOf(endpoint, sample);
        const sent = async (what: string, more: Record<string, string>, given?: unknown): Promise<void> => {
          const reply = await gateway.request(method, path, { body: given, headers: { ...headers, ...more } });
          assert.ok([400, 415].includes(reply.status), `${what}: ${reply.status}`);
          assert.ok(ErrorBody.parse(reply.body).error.trace_id, what);
        };
        await sent('no body', signedIn);
        await sent('text', { 'content-type': 'text/plain' }, body);
        await sent('charset', { 'content-type': 'application/json; charset=klingon' }, body);
        await sent('encoding', { 'content-encoding': 'zip' }, body);
        await sent('not compressed', { 'content-encoding': 'gzip' }, body);
      });
    }
  }

  it('names what is wrong with a field, and does not repeat the value', async () => {
    const body = { ...samples.checkout.body, card: { number: '4242', expires: '12/30', cvc: '123' } };
    const reply = await gateway.request('POST', '/checkout', { headers: samples.checkout.headers as never, body });
    assert.equal(reply.status, 400);
    const { error } = ErrorBody.parse(reply.body);
    assert.equal(error.message, 'body.card.number: a card number is 12 to 19 digits');
    assert.doesNotMatch(JSON.stringify(error), /4242/);
  });

  it('on an unknown route, or a known one with another method, is not found', async () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/admin'],
      ['GET', '/sessions'],
      ['PUT', '/events/evt_01'],
      ['POST', '/events'],
      ['GET', '/holds'],
      ['PATCH', '/checkout'],
      ['POST', '/openapi.json'],
      ['POST', '/sessions/check'],
    ] as const) {
      await refused(gateway.request(method, path), 404, 'no_route', `${method} ${path}`);
    }
    await refused(gateway.request('GET', '/events/%E0%A4%A'), 400, 'bad_request', 'a path that cannot be decoded');
  });
});
