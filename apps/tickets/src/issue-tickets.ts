import type { catalogApi, Client, OrderPlaced, TicketIssued } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import { renderTicket } from './render-ticket.ts';
import type { Store, Ticket } from './store.ts';

export interface Deps {
  readonly store: Store;
  readonly catalog: Client<Pick<typeof catalogApi, 'getEvent'>>;
  readonly send: (message: TicketIssued) => Promise<void>;
  readonly newCode: () => string;
  readonly now: () => Date;
}

/**
 * Renders a ticket for each seat of an order, once, and tells that they are there. An order that comes again gets the tickets
 * that it has, and is told again.
 */
export async function issueTickets({ store, catalog, send, newCode, now }: Deps, order: OrderPlaced): Promise<void> {
  const { order_id, account_id, event_id, email } = order;
  const seatIds = [...new Set(order.seat_ids)];
  tracing.annotate({
    'shop.order_id': order_id,
    'shop.account_id': account_id,
    'shop.event_id': event_id,
    'shop.seat_count': seatIds.length,
  });
  const [event, issued] = await Promise.all([catalog.getEvent({ params: { event_id } }), store.find(order_id)]);

  const missing = seatIds.filter((seatId) => !issued.some(({ seat_id }) => seat_id === seatId));
  const render = async (seatId: string): Promise<Ticket> => {
    const code = newCode();
    return { seat_id: seatId, code, pdf: await renderTicket({ event, seatId, code, issuedAt: now() }) };
  };
  const renderAll = (): Promise<Ticket[]> => Promise.all(missing.map(render));
  const kept =
    missing.length === 0
      ? issued
      : await store.add(
          order_id,
          await tracing.span('render tickets', { 'shop.seat_count': missing.length }, renderAll),
        );

  const tickets = seatIds.flatMap((seatId) => kept.filter(({ seat_id }) => seat_id === seatId));
  await send({
    order_id,
    email,
    event_title: event.title,
    starts_at: event.starts_at,
    tickets: tickets.map(({ code, seat_id, pdf }) => ({ code, seat_id, pdf: pdf.toString('base64') })),
  });
}
