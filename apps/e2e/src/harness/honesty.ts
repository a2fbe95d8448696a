import type { LedgerItem, Snapshot } from './books.ts';

/**
 * What is wrong in the books: each purchase is either sold (its seats its own, charged once, an order, a ticket a seat, one mail,
 * its promo use spent) or undone (nothing of it is left), and nothing belongs to no purchase. Empty when all is in order.
 */
export function wrongsIn(snapshot: Snapshot): string[] {
  return [
    ...snapshot.purchases.flatMap((purchase) => wrongsOf(purchase, snapshot)),
    ...strays(snapshot),
    ...promotions(snapshot),
  ];
}

function wrongsOf(purchase: LedgerItem, snapshot: Snapshot): string[] {
  const { purchase_id: id, answer, open, step, request } = purchase;
  if (!answer || open) return [`purchase ${id} is still open at ${step}`];
  const facts = factsOf(id, snapshot);
  const use = request.promo_code && usesOf(request.promo_code, snapshot)?.[id];
  const [expected, found] = answer.receipt
    ? [
        {
          order: 'confirmed',
          charged: true,
          seats: 'its own',
          tickets: 'one a seat',
          mails: 1,
          use: request.promo_code && 'confirmed',
        },
        { ...facts, use },
      ]
    : [
        { order: facts.order && 'cancelled', charged: false, seats: 'none', tickets: 'none', mails: 0, use: undefined },
        { ...facts, use },
      ];
  const wrongs = Object.entries(expected).filter(([name, value]) => found[name as keyof typeof found] !== value);
  return wrongs.map(
    ([name, value]) =>
      `purchase ${id} was ${answer.receipt ? 'sold' : `refused (${answer.refusal?.code})`}, but ${name} is ${found[name as keyof typeof found]}, not ${value}`,
  );
}

const usesOf = (code: string, { promotions: all }: Snapshot) => all.find((promotion) => promotion.code === code)?.uses;

function factsOf(id: string, { orders, seats, tickets, authorisations, mails }: Snapshot) {
  const [order, ...more] = orders.filter(({ purchase_id }) => purchase_id === id);
  const payments = authorisations.filter(({ reference }) => reference.includes(id));
  const states = payments.map(({ state }) => state);
  const own = seats
    .filter(({ purchase_id, status }) => purchase_id === id && status === 'sold')
    .map(({ seat_id }) => seat_id);
  const issued = tickets.filter(({ order_id }) => order_id === order?.order_id).map(({ seat_id }) => seat_id);
  const wanted = same(order?.seat_ids ?? []);
  const captured = payments.filter(({ state }) => state === 'captured');
  return {
    order: more.length > 0 ? 'there more than once' : order?.status,
    charged: states.includes('authorised')
      ? 'only authorised'
      : captured.length > 1 || (captured[0] && captured[0].amount_cents !== order?.total_cents)
        ? 'another amount'
        : captured.length === 1,
    seats: own.length === 0 ? 'none' : same(own) === wanted ? 'its own' : own.join(),
    tickets: issued.length === 0 ? 'none' : same(issued) === wanted ? 'one a seat' : issued.join(),
    mails: order ? mails.filter((mail) => mail.includes(order.order_id)).length : 0,
  };
}

const same = (ids: readonly string[]): string => ids.toSorted().join();

/** What belongs to no purchase of the ledger, and seats that are sold twice. */
function strays({ purchases, orders, seats, authorisations }: Snapshot): string[] {
  const known = new Set(purchases.map(({ purchase_id }) => purchase_id));
  const sold = orders
    .filter(({ status }) => status === 'confirmed')
    .flatMap(({ event_id, seat_ids }) => seat_ids.map((seat) => `${event_id} ${seat}`));
  return [
    ...orders
      .filter(({ purchase_id }) => !known.has(purchase_id))
      .map(({ order_id }) => `order ${order_id} is nobody's`),
    ...seats
      .filter(({ status, purchase_id }) => status === 'sold' && !known.has(purchase_id ?? ''))
      .map(({ event_id, seat_id }) => `seat ${event_id} ${seat_id} is sold to nobody`),
    ...authorisations
      .filter(({ reference }) => ![...known].some((id) => reference.includes(id)))
      .map(({ reference }) => `authorisation ${reference} is nobody's`),
    ...sold.filter((seat, index) => sold.indexOf(seat) !== index).map((seat) => `seat ${seat} is sold twice`),
  ];
}

function promotions({ promotions: all }: Snapshot): string[] {
  return all
    .filter(({ total, remaining, uses }) => remaining < 0 || total - remaining !== Object.keys(uses).length)
    .map(
      ({ code, total, remaining, uses }) =>
        `${code}: ${Object.keys(uses).length} uses, ${remaining} of ${total} remain`,
    );
}
