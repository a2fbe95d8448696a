import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Authorisation } from '@throughline/contracts';
import { silentLog, startApp, type RunningApp } from '@throughline/testing';
import { createApp } from './app.ts';
import { openBooks, type Books } from './store.ts';

type Answer = Authorisation & { error: { code: string } };

const good = { number: '4242424242424242', expires: '12/30', cvc: '123' };
const now = () => new Date('2027-05-14T00:00:00Z');

describe('bank', () => {
  let folder: string;
  let books: Books;
  let app: RunningApp;

  const open = async () => {
    books = openBooks(folder);
    app = await startApp(createApp({ books, latency: () => 0, now, log: silentLog }));
  };
  const close = async () => {
    await app[Symbol.asyncDispose]();
    books.close();
  };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-bank-'));
    await open();
  });
  after(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  const authorise = (reference: string, card: object = good, amount_cents = 5_000) =>
    app.request<Answer>('POST', '/authorisations', { body: { reference, amount_cents, card } });
  const on = (reference: string, what: 'capture' | 'void') =>
    app.request<Answer>('POST', `/authorisations/${reference}/${what}`);
  const find = (reference: string) => app.request<Answer>('GET', `/authorisations/${reference}`);

  it('authorises once under a reference, also when asked many times at once', async () => {
    const reference = randomUUID();
    const replies = await Promise.all([5_000, 6_000, 5_000].map((amount) => authorise(reference, good, amount)));
    const [first] = replies;
    assert.equal(first?.status, 201);
    assert.equal(first.body.state, 'authorised');
    for (const { body } of replies) assert.deepEqual(body, first.body);
    assert.deepEqual((await find(reference)).body, first.body);
  });

  for (const [what, card, reason] of [
    ['the card that is always declined', { ...good, number: '4000000000000002' }, 'card_declined'],
    ['an expired card', { ...good, expires: '04/27' }, 'card_expired'],
    ['a number whose check digit is wrong', { ...good, number: '4242424242424241' }, 'invalid_number'],
  ] as const) {
    it(`declines ${what}, and nothing can be captured of it`, async () => {
      const reference = randomUUID();
      const { status, body } = await authorise(reference, card);
      assert.deepEqual([status, body.state, body.reason], [201, 'declined', reason]);
      const captured = await on(reference, 'capture');
      assert.deepEqual([captured.status, captured.body.error.code], [409, 'not_authorised']);
      assert.equal((await on(reference, 'void')).body.state, 'declined');
    });
  }

  it('accepts a card through the last day of its month', async () => {
    assert.equal((await authorise(randomUUID(), { ...good, expires: '05/27' })).body.state, 'authorised');
  });

  it('captures once, however often it is told to, and pays back what it captured', async () => {
    const reference = randomUUID();
    await authorise(reference);
    for (const reply of await Promise.all([on(reference, 'capture'), on(reference, 'capture')])) {
      assert.deepEqual([reply.status, reply.body.state], [200, 'captured']);
    }
    for (const _ of [1, 2]) assert.equal((await on(reference, 'void')).body.state, 'refunded');
    assert.equal((await on(reference, 'capture')).body.error.code, 'not_authorised');
  });

  it('refuses to capture from the card that is for that, and voids its authorisation', async () => {
    const reference = randomUUID();
    assert.equal((await authorise(reference, { ...good, number: '4000000000000341' })).body.state, 'authorised');
    const captured = await on(reference, 'capture');
    assert.deepEqual([captured.status, captured.body.error.code], [402, 'capture_refused']);
    assert.equal((await on(reference, 'void')).body.state, 'voided');
  });

  it('closes a reference that was never seen: a later authorisation reads voided', async () => {
    const reference = randomUUID();
    assert.equal((await on(reference, 'void')).body.state, 'voided');
    assert.equal((await authorise(reference)).body.state, 'voided');
    assert.equal((await on(reference, 'capture')).status, 409);
  });

  it('says when it knows no such authorisation', async () => {
    for (const reply of [await find('nowhere'), await on('nowhere', 'capture')]) {
      assert.deepEqual([reply.status, reply.body.error.code], [404, 'no_authorisation']);
    }
    assert.equal((await authorise('', good)).status, 400);
    assert.equal((await authorise('x', { ...good, number: 'abc' })).status, 400);
    assert.equal((await find('r'.repeat(65))).status, 400);
  });

  it('reads its books again after a restart, and keeps no card number in them', async () => {
    const reference = randomUUID();
    await authorise(reference);
    await on(reference, 'capture');
    await close();
    const kept = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
    assert.ok(kept.every((bytes) => !bytes.includes(good.number)));
    await open();
    assert.equal((await find(reference)).body.state, 'captured');
  });
});
