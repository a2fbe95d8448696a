import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { SEED_PASSWORD, season, seedEmail } from '@throughline/contracts';
import { createBuyer, ShopError } from './buyer.ts';

const id = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const [event] = season;
assert.ok(event);
const session = {
  token: `ses_${'t'.repeat(32)}`,
  account_id: 'acc_0123456789abcdef',
  expires_at: '2027-01-01T00:00:00Z',
};
const seat = (seat_id: string): object => ({ seat_id, section: seat_id.slice(0, 1) });

interface Asked {
  readonly route: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}
type Answers = Record<string, (asked: Asked) => [status: number, body: object]>;

const happy = (): Answers => ({
  'POST /sessions': () => [201, session],
  'GET /events': () => [200, { events: [event], next: null }],
  [`GET /events/${event.id}/seats`]: () => [
    200,
    { event_id: event.id, free: 3, seats: ['A-1-1', 'A-1-2', 'A-1-3'].map(seat) },
  ],
  'POST /holds': ({ body }) => [201, { ...(body as object), hold_id: id(1), expires_at: '2027-01-01T00:00:00Z' }],
  'POST /checkout': () => [
    201,
    {
      purchase_id: id(2),
      order_id: id(3),
      event_id: event.id,
      seat_ids: ['A-1-1', 'A-1-2'],
      quote: {
        subtotal_cents: 17_800,
        fees_cents: 0,
        discount_cents: 1_780,
        total_cents: 16_020,
        promo_code: 'ENCORE10',
      },
      total_cents: 16_020,
    },
  ],
});

async function shop(answers: Answers) {
  const asked: Asked[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const route = `${method} ${url.replace(/\?.*/, '')}`;
    const one = { route, headers, body: method === 'POST' ? await json(request) : undefined };
    asked.push(one);
    const [status, body] = answers[route]?.(one) ?? [404, { error: { code: 'no_route', message: 'nothing here' } }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    buyer: createBuyer({ gatewayUrl, email: seedEmail(7) }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a buyer signs in, browses, holds two seats and checks out, without trace headers', async () => {
  await using open = await shop(happy());
  const bought = await open.buyer.buyTickets({ promo_code: 'ENCORE10' });
  assert.equal(bought.receipt.purchase_id, id(2));
  assert.equal(bought.event.title, event.title);
  assert.deepEqual(
    open.asked.map(({ route }) => route),
    ['POST /sessions', 'GET /events', `GET /events/${event.id}/seats`, 'POST /holds', 'POST /checkout'],
  );
  const [signIn, , , hold, checkout] = open.asked;
  assert.deepEqual(signIn?.body, { email: seedEmail(7), password: SEED_PASSWORD });
  assert.deepEqual(hold?.body, { event_id: event.id, seat_ids: ['A-1-1', 'A-1-2'] });
  assert.equal(checkout?.headers.authorization, `Bearer ${session.token}`);
  assert.match(String(checkout?.headers['idempotency-key']), /^[\w-]{8,64}$/);
  assert.equal((checkout?.body as { promo_code?: string } | undefined)?.promo_code, 'ENCORE10');
  for (const { headers } of open.asked) {
    assert.equal(headers['traceparent'], undefined);
    assert.equal(headers['x-amzn-trace-id'], undefined);
  }
});

test('a buyer who was too slow takes other seats', async () => {
  let holds = 0;
  const answers = happy();
  const hold = answers['POST /holds'];
  answers['POST /holds'] = (asked) => {
    holds += 1;
    if (holds === 1) return [409, { error: { code: 'seat_taken', message: 'somebody was faster' } }];
    return hold?.(asked) ?? [500, {}];
  };
  await using open = await shop(answers);
  await open.buyer.buyTickets();
  assert.equal(holds, 2);
});

test("the shop's no is an error with its status, code and trace", async () => {
  const answers = happy();
  const trace_id = '6560c0de00112233445566778899aabb';
  answers['POST /checkout'] = () => [402, { error: { code: 'card_declined', message: 'no money', trace_id } }];
  await using open = await shop(answers);
  await assert.rejects(open.buyer.buyTickets(), (error) => {
    assert.ok(error instanceof ShopError);
    const { status, code, message } = error;
    assert.deepEqual(
      { status, code, message, trace_id: error.trace_id },
      { status: 402, code: 'card_declined', message: 'POST /checkout: 402 card_declined: no money', trace_id },
    );
    return true;
  });
});

test('an answer that is no JSON, and no answer at all, are errors too', async () => {
  await using open = await shop({});
  await assert.rejects(open.buyer.browse(), { name: 'ShopError', status: 404, code: 'no_route' });
  const nobody = createBuyer({ gatewayUrl: 'http://127.0.0.1:9', email: seedEmail(1) });
  await assert.rejects(nobody.signIn(), { name: 'ShopError', status: 0, code: 'no_answer' });
});

test('a sold out event is said to be so', async () => {
  const answers = happy();
  answers[`GET /events/${event.id}/seats`] = () => [200, { event_id: event.id, free: 0, seats: [] }];
  await using open = await shop(answers);
  await assert.rejects(open.buyer.buyTickets(), /evt_01 has 0 free seats left/);
});
