import type { Client, mailRelayApi, TicketIssued } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import { composeMail } from './compose-mail.ts';

/** Mails the buyer the tickets of an order; the relay leaves out what it has delivered before. */
export async function notifyBuyer(mailRelay: Client<typeof mailRelayApi>, issued: TicketIssued): Promise<void> {
  tracing.annotate({ 'shop.order_id': issued.order_id, 'shop.seat_count': issued.tickets.length });
  await mailRelay.send({ body: composeMail(issued) });
}
