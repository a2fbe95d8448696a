import { z } from 'zod';
import { Cents, EventId, Section, Timestamp } from './common.ts';
import { defineApi } from './endpoint.ts';

export const Venue = z.object({ id: z.string(), name: z.string(), city: z.string() });
export const SectionOffer = z.object({
  section: Section,
  name: z.string(),
  price_cents: Cents,
  rows: z.int().positive(),
  seats_per_row: z.int().positive(),
});
export const EventSummary = z.object({ id: EventId, title: z.string(), starts_at: Timestamp, venue: Venue });
export const Event = EventSummary.extend({ sections: z.array(SectionOffer).min(1) });
export type EventSummary = z.infer<typeof EventSummary>;
export type Event = z.infer<typeof Event>;
export const EventParams = z.object({ event_id: EventId });

export const catalogApi = defineApi({
  listEvents: {
    method: 'GET',
    path: '/events',
    summary: 'Events on sale, the next one first',
    query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20), after: EventId.optional() }),
    status: 200,
    response: z.object({ events: z.array(EventSummary), next: EventId.nullable() }),
  },
  getEvent: {
    method: 'GET',
    path: '/events/:event_id',
    summary: 'One event with its sections and prices',
    params: EventParams,
    status: 200,
    response: Event,
    errors: { 404: ['no_event'] },
  },
});
