import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { Mail, mailRelayApi, TicketIssued } from '@throughline/contracts';
import { startStores, type Stores } from '@throughline/local';
import { createService, httpClient, HttpError } from '@throughline/service';
import { consumeQueue, openSender } from '@throughline/service/queue';
import { tracing } from '@throughline/telemetry';
import { capturedSpans, fakeClient, silentLog, startApp, until } from '@throughline/testing';
import { createApp } from './app.ts';
import { composeMail } from './compose-mail.ts';
import { notifyBuyer } from './notify-buyer.ts';

const issued = (): TicketIssued => ({
  order_id: randomUUID(),
  email: 'buyer-001@example.com',
  event_title: 'Night Trains',
  starts_at: '2027-05-14T19:30:00Z',
  tickets: ['A-1-1', 'A-1-2'].map((seat_id, index) => ({
    code: `0123456789ABCDE${index}`,
    seat_id,
    pdf: Buffer.from(`%PDF ${seat_id}`).toString('base64'),
  })),
});

describe('notifications', () => {
  let stores: Stores;

  before(async () => {
    stores = await startStores(['notifications']);
    Object.assign(process.env, stores.env);
  });
  after(() => stores.stop());

  it('writes one mail an order, with what the buyer needs and the tickets attached', () => {
    const message = issued();
    const mail = Mail.parse(composeMail(message));
    assert.deepEqual(composeMail(message), mail);
    assert.deepEqual(
      [mail.message_id, mail.to, mail.subject],
      [`order-${message.order_id}`, message.email, 'Your tickets for Night Trains'],
    );
    for (const text of ['Night Trains', '14 May 2027', 'row 1, seat 2', '0123456789ABCDE0', '0123456789ABCDE1']) {
      assert.ok(mail.text.includes(text), `${text} is missing`);
    }
    assert.deepEqual(
      mail.attachments.map(({ filename, content }) => [filename, Buffer.from(content, 'base64').toString()]),
      [
        ['ticket-A-1-1.pdf', '%PDF A-1-1'],
        ['ticket-A-1-2.pdf', '%PDF A-1-2'],
      ],
    );
  });

  it('speaks of one ticket where there is one, and keeps the longest title within the contract', () => {
    const { tickets, ...rest } = issued();
    const mail = composeMail({ ...rest, event_title: 'x'.repeat(500), tickets: tickets.slice(0, 1) });
    assert.ok(mail.text.includes('The ticket is attached'));
    assert.ok(Mail.safeParse(mail).success);
  });

  it('fails when the relay does, so that the message comes back', async () => {
    const send = () => Promise.reject(new HttpError(502, 'upstream_failed', 'mail-relay: answered 502'));
    await assert.rejects(notifyBuyer(fakeClient<typeof mailRelayApi>({ send }), issued()), { status: 502 });
  });

  it('mails within the trace of the order, and shows no address in it', async () => {
    const received: Mail[] = [];
    const handlers = {
      send: async ({ body }: { body: Mail }) => {
        received.push(body);
        return { message_id: body.message_id, delivered: 'now' as const };
      },
    };
    const relay = createService({ api: mailRelayApi, handlers, log: silentLog, maxBodyBytes: 2_000_000 });
    await using running = await startApp(relay);
    const mailRelay = httpClient(mailRelayApi, { name: 'mail-relay', baseUrl: running.url });
    const handle = (message: TicketIssued) => notifyBuyer(mailRelay, message);
    const consumer = await consumeQueue({ queue: 'ticket-issued', schema: TicketIssued, handle, log: silentLog });
    const send = await openSender<TicketIssued>('ticket-issued');
    const message = issued();
    let traceId: string | undefined;
    await tracing.continued('test', {}, () => {
      traceId = tracing.ids()?.trace_id;
      return send(message);
    });
    const spans = await until('the consumer span', () => {
      const found = capturedSpans().filter((span) => span.trace_id === traceId && span.end_us !== undefined);
      return found.some(({ kind }) => kind === 'consumer') ? found : undefined;
    });
    await consumer.close();

    assert.deepEqual(received, [composeMail(message)]);
    const consumed = spans.find(({ kind }) => kind === 'consumer');
    assert.equal(consumed?.annotations['shop.order_id'], message.order_id);
    const calls = spans.filter(({ parent_id }) => parent_id === consumed?.span_id);
    assert.deepEqual(
      calls.map(({ kind, http }) => [kind, http?.method, http?.status]),
      [['client', 'POST', 201]],
    );
    assert.ok(!JSON.stringify(spans).includes(message.email));
  });

  it('says over HTTP that it lives, and nothing else', async () => {
    await using app = await startApp(createApp({ log: silentLog }));
    assert.deepEqual((await app.request('GET', '/healthz')).body, { status: 'ok' });
    assert.equal((await app.request('GET', '/mails')).status, 404);
  });
});
