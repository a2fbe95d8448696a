import { z } from 'zod';
import { AccountId, EventId, Id, MAX_SEATS, SeatId, Section, Timestamp } from './common.ts';
import { defineApi } from './endpoint.ts';
import { EventParams } from './catalog.ts';

export const SeatIds = z
  .array(SeatId)
  .min(1)
  .max(MAX_SEATS)
  .refine((ids) => new Set(ids).size === ids.length, 'a seat stands twice in the list');
export const HoldRequest = z.strictObject({ event_id: EventId, seat_ids: SeatIds });
export const Hold = z.object({ hold_id: Id, event_id: EventId, seat_ids: z.array(SeatId), expires_at: Timestamp });
export type Hold = z.infer<typeof Hold>;
export const HoldParams = z.object({ hold_id: Id });

export const FreeSeats = z.object({
  event_id: EventId,
  free: z.int().min(0),
  seats: z.array(z.object({ seat_id: SeatId, section: Section })),
});
export const FreeSeatsQuery = z.object({
  section: Section.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const byOwner = z.object({ account_id: AccountId });
const byPurchase = z.object({ purchase_id: Id, account_id: AccountId });

export const seatsApi = defineApi({
  listFree: {
    method: 'GET',
    path: '/events/:event_id/seats',
    summary: 'Free seats of an event, section by section, and how many there are',
    params: EventParams,
    query: FreeSeatsQuery,
    status: 200,
    response: FreeSeats,
    errors: { 404: ['no_event'] },
  },
  hold: {
    method: 'POST',
    path: '/holds',
    summary: 'Hold seats for a few minutes, all of them or none',
    body: HoldRequest.extend({ account_id: AccountId }),
    status: 201,
    response: Hold,
    errors: { 404: ['no_seat'], 409: ['seat_taken'] },
  },
  getHold: {
    method: 'GET',
    path: '/holds/:hold_id',
    summary: "A buyer's hold that has not expired",
    params: HoldParams,
    query: byOwner,
    status: 200,
    response: Hold,
    errors: { 404: ['no_hold'], 410: ['hold_expired'] },
  },
  confirm: {
    method: 'POST',
    path: '/holds/:hold_id/confirm',
    summary: 'Sell the held seats to a purchase; a second call with the same purchase changes nothing',
    params: HoldParams,
    body: byPurchase,
    status: 200,
    response: Hold,
    errors: { 404: ['no_hold'], 409: ['sold_to_another'], 410: ['hold_expired'] },
  },
  release: {
    method: 'POST',
    path: '/holds/:hold_id/release',
    summary:
      'Give held or sold seats back; a hold that is gone already is no error, one sold to another purchase is left alone',
    params: HoldParams,
    body: z.object({ account_id: AccountId, purchase_id: Id.optional() }),
    status: 200,
    response: z.object({ released: z.int().min(0) }),
  },
});
