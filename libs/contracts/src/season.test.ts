import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import { Event } from './catalog.ts';
import { AccountId, Email, SeatId } from './common.ts';
import { Credentials } from './accounts.ts';
import { Promotion } from './promotions.ts';
import {
  accountId,
  DISPUTED_EMAIL,
  season,
  SEED_ACCOUNTS,
  SEED_PASSWORD,
  seedEmail,
  seedPromotions,
} from './season.ts';

it('the season is the same on every machine', () => {
  const hash = createHash('sha256')
    .update(JSON.stringify([season, seedPromotions]))
    .digest('hex');
  assert.equal(hash.slice(0, 16), '4db4d4172cf2dbbf');
});

it('every event, seat and promo code of the season fits its contract', () => {
  for (const event of season) {
    assert.deepEqual(Event.parse(event), event);
    for (const { section, rows, seats_per_row } of event.sections) {
      for (let row = 1; row <= rows; row += 1) {
        for (let seat = 1; seat <= seats_per_row; seat += 1) SeatId.parse(`${section}-${row}-${seat}`);
      }
    }
  }
  assert.equal(new Set(season.map(({ id }) => id)).size, season.length);
  const starts = season.map(({ starts_at }) => starts_at);
  assert.deepEqual(starts, starts.toSorted());
  for (const promotion of seedPromotions) assert.deepEqual(Promotion.parse(promotion), promotion);
});

it('every seeded account has an address and an id of its own', () => {
  const emails = Array.from({ length: SEED_ACCOUNTS + 1 }, (_, number) => seedEmail(number));
  assert.equal(emails[0], DISPUTED_EMAIL);
  assert.equal(new Set(emails.map((email) => AccountId.parse(accountId(Email.parse(email))))).size, emails.length);
  assert.equal(accountId('Buyer-001@Example.com'), accountId('buyer-001@example.com'));
  assert.ok(Credentials.safeParse({ email: emails[1], password: SEED_PASSWORD }).success);
});
