import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { capturedSpans, silentLog, startApp } from '@throughline/testing';
import { createApp } from './app.ts';
import { openMailbox } from './mailbox.ts';
import { openSmtp, type Smtp } from './smtp.ts';
import { startMailServer } from './testing/mail-server.ts';

const newMail = (message_id = `order-${randomUUID()}`) => ({
  message_id,
  to: 'buyer-001@example.com',
  subject: 'Your tickets for Night Trains',
  text: 'Row 1, seat 2: déjà vu\n',
  attachments: [
    {
      filename: 'ticket-A-1-2.pdf',
      content_type: 'application/pdf',
      content: Buffer.from('%PDF a ticket').toString('base64'),
    },
  ],
});

describe('mail-relay', () => {
  let folder: string;
  const app = async (smtp?: Smtp) =>
    startApp(
      createApp({
        mailbox: await openMailbox(folder),
        smtp,
        from: 'Throughline Tickets <tickets@throughline.example>',
        latency: () => 0,
        now: () => new Date('2027-01-02T03:04:05Z'),
        log: silentLog,
      }),
    );
  const delivered = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.eml'));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-mailbox-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('delivers a mail with its attachments into the mailbox', async () => {
    await using relay = await app();
    const mail = newMail('order-1');
    const reply = await relay.request('POST', '/messages', { body: mail });
    assert.deepEqual([reply.status, reply.body], [201, { message_id: 'order-1', delivered: 'now' }]);
    const message = await readFile(join(folder, 'order-1.eml'), 'utf8');
    for (const line of [
      'From: Throughline Tickets <tickets@throughline.example>',
      'To: buyer-001@example.com',
      'Subject: Your tickets for Night Trains',
      'Message-ID: <order-1@throughline.example>',
      'Date: Sat, 02 Jan 2027 03:04:05 +0000',
      'Content-Type: application/pdf; name=ticket-A-1-2.pdf',
      mail.attachments[0]?.content ?? '',
    ]) {
      assert.ok(message.split('\r\n').includes(line), `${line} is missing in:\n${message}`);
    }
  });

  it('delivers one mail of an id, now and after a restart', async () => {
    const body = newMail();
    for (const expected of ['now', 'before']) {
      await using relay = await app();
      const reply = await relay.request<{ delivered: string }>('POST', '/messages', { body });
      assert.deepEqual([reply.status, reply.body.delivered], [201, expected]);
    }
    assert.deepEqual(await delivered(), [`${body.message_id}.eml`]);
  });

  it('delivers one mail of many that come at once, to the mail server too', async () => {
    await using server = await startMailServer();
    await using relay = await app(openSmtp(server.url));
    const body = newMail();
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => relay.request<{ delivered: string }>('POST', '/messages', { body })),
    );
    const outcomes = replies.map((reply) => reply.body.delivered).toSorted();
    assert.deepEqual(outcomes, [...Array.from({ length: 9 }, () => 'before'), 'now']);
    assert.equal(server.received.length, 1);
  });

  it('keeps one file where two relays share a mailbox', async () => {
    const mailboxes = await Promise.all([openMailbox(folder), openMailbox(folder)]);
    const added = await Promise.all(mailboxes.map((mailbox, index) => mailbox.add('same', Buffer.from(`${index}`))));
    assert.deepEqual(added.toSorted(), [false, true]);
    assert.equal(await readFile(join(folder, 'same.eml'), 'utf8'), String(added.indexOf(true)));
  });

  it('hands the mail to the mail server first, and keeps it once that has taken it', async () => {
    await using server = await startMailServer();
    await using relay = await app(openSmtp(server.url));
    const body = newMail();
    server.refuses = true;
    const refused = await relay.request<{ error: { code: string } }>('POST', '/messages', { body });
    assert.deepEqual([refused.status, refused.body.error.code], [502, 'smtp_failed']);
    assert.deepEqual(await delivered(), []);

    server.refuses = false;
    assert.equal((await relay.request('POST', '/messages', { body })).status, 201);
    const [taken] = server.received;
    assert.deepEqual([taken?.from, taken?.to], ['tickets@throughline.example', [body.to]]);
    const kept = await readFile(join(folder, `${body.message_id}.eml`), 'utf8');
    assert.equal(taken?.message.trimEnd(), kept.replaceAll('\r\n', '\n').trimEnd());
  });

  it('answers 502 while the mail server is away', async () => {
    const server = await startMailServer();
    await server[Symbol.asyncDispose]();
    await using relay = await app(openSmtp(server.url));
    assert.equal((await relay.request('POST', '/messages', { body: newMail() })).status, 502);
  });

  it('takes the mail of eight tickets', async () => {
    await using relay = await app();
    const [ticket] = newMail().attachments;
    const content = Buffer.alloc(100_000, 1).toString('base64');
    const attachments = Array.from({ length: 8 }, () => ({ ...ticket, content }));
    assert.equal((await relay.request('POST', '/messages', { body: { ...newMail(), attachments } })).status, 201);
  });

  it('lets no header be smuggled in, and no file be written elsewhere', async () => {
    await using relay = await app();
    const sly = { ...newMail('sly'), subject: 'Hello\r\nBcc: everybody@example.com' };
    assert.equal((await relay.request('POST', '/messages', { body: sly })).status, 201);
    assert.doesNotMatch(await readFile(join(folder, 'sly.eml'), 'utf8'), /^bcc/im);
    const [ticket] = newMail().attachments;
    const bad = [
      { ...newMail(), message_id: '../outside' },
      { ...newMail(), to: 'a@b.example\r\nBcc: c@d.example' },
      { ...newMail(), attachments: [{ ...ticket, content_type: 'text/plain\r\nX-Sly: yes' }] },
      { ...newMail(), attachments: [{ ...ticket, filename: '../x' }] },
      { ...newMail(), attachments: [{ ...ticket, content: 'no base64!' }] },
    ];
    const replies = await Promise.all(bad.map((body) => relay.request('POST', '/messages', { body })));
    assert.deepEqual(
      replies.map(({ status }) => status),
      bad.map(() => 400),
    );
    assert.deepEqual(await delivered(), ['sly.eml']);
    assert.equal((await relay.request('POST', '/messages', { body: 'x'.repeat(2_100_000) })).status, 413);
  });

  it('emits no span', () => {
    assert.deepEqual(capturedSpans(), []);
  });
});
