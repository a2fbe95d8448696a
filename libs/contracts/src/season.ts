import { createHash } from 'node:crypto';
import type { Event } from './catalog.ts';

/** The season on sale, the promo codes and the accounts that a fresh fleet is seeded with: the same on every machine. */
const venues = {
  harbour: { id: 'ven_harbour', name: 'Harbour Hall', city: 'Lisbon' },
  foundry: { id: 'ven_foundry', name: 'The Foundry', city: 'Rotterdam' },
  meadow: { id: 'ven_meadow', name: 'Meadow Stage', city: 'Graz' },
} as const;

const sections: Event['sections'] = [
  { section: 'A', name: 'Floor', price_cents: 8_900, rows: 20, seats_per_row: 40 },
  { section: 'B', name: 'Balcony', price_cents: 6_400, rows: 25, seats_per_row: 40 },
  { section: 'C', name: 'Gallery', price_cents: 3_900, rows: 24, seats_per_row: 50 },
];

const concert = (number: number, title: string, venue: keyof typeof venues, starts_at: string): Event => ({
  id: `evt_${String(number).padStart(2, '0')}`,
  title,
  starts_at,
  venue: venues[venue],
  sections,
});

export const season: readonly Event[] = [
  concert(1, 'Night Trains', 'harbour', '2027-05-14T19:30:00Z'),
  concert(2, 'Paper Lanterns', 'foundry', '2027-05-21T20:00:00Z'),
  concert(3, 'The Long Echo', 'meadow', '2027-06-04T18:00:00Z'),
  concert(4, 'Copper Moon', 'harbour', '2027-06-11T19:30:00Z'),
  concert(5, 'Slow Weather', 'foundry', '2027-06-25T20:00:00Z'),
  concert(6, 'Glass Orchard', 'meadow', '2027-07-09T18:00:00Z'),
  concert(7, 'Salt and Signal', 'harbour', '2027-07-16T19:30:00Z'),
  concert(8, 'Last Ferry', 'foundry', '2027-07-30T20:00:00Z'),
];

export const seedPromotions = [
  { code: 'ENCORE10', percent: 10, uses: 2000, expires_at: '2099-12-31T23:59:59Z' },
  { code: 'FIRST10', percent: 25, uses: 10, expires_at: '2099-12-31T23:59:59Z' },
  { code: 'LASTYEAR', percent: 50, uses: 100, expires_at: '2025-12-31T23:59:59Z' },
] as const;

export const SEED_PASSWORD = 'open-the-doors';
export const SEED_ACCOUNTS = 300;
/** An account whose earlier purchases were disputed: the fraud check refuses it. */
export const DISPUTED_EMAIL = 'buyer-000@example.com';
/** Seeded accounts are buyer-000 (see above) to buyer-300. */
export const seedEmail = (number: number): string => `buyer-${String(number).padStart(3, '0')}@example.com`;

/** An account's id follows from its address, so that it is known before any look-up. */
export const accountId = (email: string): string =>
  `acc_${createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 16)}`;
