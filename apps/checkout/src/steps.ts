import type { Card, Event, Hold, Order, pricingApi, Input, Quote, Receipt } from '@throughline/contracts';
import { HttpError, isAnswer } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { Saga } from './ledger.ts';
import type { Neighbours } from './saga.ts';

type Lines = Input<typeof pricingApi.quote>['body']['lines'];

/** What the buyer holds, and what it costs by section. */
export async function gather({ seats, catalog }: Neighbours, { request }: Saga): Promise<{ hold: Hold; lines: Lines }> {
  const { hold_id, event_id, account_id } = request;
  const [hold, event] = await Promise.all([
    seats.getHold({ params: { hold_id }, query: { account_id } }),
    catalog.getEvent({ params: { event_id } }),
  ]);
  if (hold.event_id !== event_id) throw new HttpError(404, 'no_hold', `hold ${hold_id} is for another event`);
  tracing.annotate({ 'shop.seat_count': hold.seat_ids.length });
  return { hold, lines: linesOf(hold, event) };
}

function linesOf({ seat_ids }: Hold, { sections }: Event): Lines {
  const bySection = Map.groupBy(seat_ids, (seat) => seat.slice(0, 1));
  return [...bySection].map(([section, ids]) => {
    const offer = sections.find((each) => each.section === section);
    if (!offer) throw new HttpError(404, 'no_event', `section ${section} is not on sale`);
    return { section, price_cents: offer.price_cents, quantity: ids.length };
  });
}

export async function quote({ pricing }: Neighbours, { purchase_id, request }: Saga, lines: Lines): Promise<Quote> {
  const { event_id, promo_code } = request;
  const priced = await pricing.quote({ body: { purchase_id, event_id, lines, promo_code } });
  tracing.annotate({
    'shop.amount_cents': priced.total_cents,
    ...(promo_code && { 'shop.promo_code': promo_code }),
  });
  return priced;
}

export async function authorise({ payments }: Neighbours, saga: Saga, card: Card): Promise<void> {
  const { purchase_id, request } = saga;
  const { total_cents } = quoted(saga);
  await payments.authorise({ body: { purchase_id, account_id: request.account_id, amount_cents: total_cents, card } });
}

/** The order is recorded and the seats are sold to it, at once. */
export async function placeOrder({ orders, seats }: Neighbours, saga: Saga): Promise<Order> {
  const { purchase_id, request } = saga;
  const { account_id, email, event_id, hold_id } = request;
  const { total_cents } = quoted(saga);
  const seat_ids = saga.seat_ids ?? [];
  const [order] = await Promise.all([
    orders.create({ body: { purchase_id, account_id, email, event_id, seat_ids, total_cents } }),
    seats.confirm({ params: { hold_id }, body: { purchase_id, account_id } }),
  ]);
  return order;
}

export async function capture({ payments }: Neighbours, { purchase_id }: Saga): Promise<void> {
  await payments.capture({ params: { purchase_id } });
}

/** The point of no return: the order's outbox row. The promo use is confirmed beside it, now or later. */
export async function confirm(
  { orders, pricing }: Neighbours,
  saga: Saga,
): Promise<{ receipt: Receipt; promoConfirmed: boolean }> {
  const { purchase_id, request } = saga;
  const { promo_code } = request;
  const params = { purchase_id };
  const [order, promoConfirmed] = await Promise.all([
    orders.confirm({ params }),
    promo_code === undefined || pricing.confirm({ params, body: { promo_code } }).then(() => true, goneAlready),
  ]);
  const { order_id, event_id, seat_ids } = order;
  const { total_cents } = quoted(saga);
  tracing.annotate({ 'shop.order_id': order_id });
  return { receipt: { purchase_id, order_id, event_id, seat_ids, quote: quoted(saga), total_cents }, promoConfirmed };
}

/** A use that was given back cannot be confirmed by asking again. */
const goneAlready = (error: unknown): boolean => isAnswer(error, 'use_given_back');

function quoted({ quote: priced, purchase_id }: Saga): Quote {
  if (!priced) throw new Error(`purchase ${purchase_id} has no quote`);
  return priced;
}
