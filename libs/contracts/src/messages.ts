import { z } from 'zod';
import { AccountId, Email, EventId, Id, SeatId } from './common.ts';

/** `order-placed`: an order was confirmed. From orders to tickets. */
export const OrderPlaced = z.object({
  order_id: Id,
  account_id: AccountId,
  email: Email,
  event_id: EventId,
  seat_ids: z.array(SeatId).min(1),
});
export type OrderPlaced = z.infer<typeof OrderPlaced>;

/** `ticket-issued`: every ticket of an order is rendered. From tickets to notifications. */
export const TicketIssued = z.object({
  order_id: Id,
  email: Email,
  event_title: z.string(),
  starts_at: z.string(),
  tickets: z.array(z.object({ code: z.string(), seat_id: SeatId, pdf: z.base64() })).min(1),
});
export type TicketIssued = z.infer<typeof TicketIssued>;
