import type { Mail, TicketIssued } from '@throughline/contracts';

const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });

function place(seatId: string): string {
  const [section, row, seat] = seatId.split('-');
  return `Section ${section}, row ${row}, seat ${seat}`;
}

/** The mail of an order. Its id follows from the order's, so that the relay delivers one however often it is sent. */
export function composeMail({ order_id, email, event_title, starts_at, tickets }: TicketIssued): Mail {
  const many = tickets.length > 1;
  const lines = [
    `Your ${many ? `${tickets.length} tickets` : 'ticket'} for ${event_title}`,
    `${date.format(new Date(starts_at))} UTC`,
    '',
    ...tickets.map(({ seat_id, code }) => `${place(seat_id)}: ${code}`),
    '',
    `${many ? 'The tickets are' : 'The ticket is'} attached. Show the QR code at the door, on paper or on a screen.`,
    `Order ${order_id}`,
    '',
  ];
  return {
    message_id: `order-${order_id}`,
    to: email,
    subject: `Your ${many ? 'tickets' : 'ticket'} for ${event_title}`.slice(0, 200),
    text: lines.join('\n'),
    attachments: tickets.map(({ seat_id, pdf }) => ({
      filename: `ticket-${seat_id}.pdf`,
      content_type: 'application/pdf',
      content: pdf,
    })),
  };
}
