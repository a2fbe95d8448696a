import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { ServiceName } from '@throughline/contracts';
import { until } from '@throughline/testing';
import { eventuallyNothing } from '../harness/eventually.ts';
import { wrongsIn } from '../harness/honesty.ts';
import { type Answer, card, cards } from '../harness/shop.ts';
import type { Callee, ShopFleet } from '../harness/shop-fleet.ts';

type Part = ServiceName | 'postgres' | 'emulators';

/** A process is killed at the first call of a purchase that fits: either the call is lost with it, or only its answer. */
export interface Crash {
  readonly victim: ServiceName;
  readonly from: ServiceName;
  readonly to: Callee;
  readonly call: RegExp;
  /** The how manieth such call; the first unless given. */
  readonly nth?: number;
  readonly lost: 'call' | 'answer';
  /** The card with which the purchase is paid, when it is to be undone. */
  readonly card?: string;
}

const nameOf = ({ victim, from, to, call, nth = 1, lost, card: number }: Crash): string => {
  const which = `${from} → ${to} ${call.source.replaceAll(/[\\^$]/g, '')}${nth > 1 ? ` (${nth})` : ''}`;
  return `${victim} is killed ${lost === 'call' ? 'before' : 'after'} ${which}${number ? ', while it is undone' : ''}`;
};

const event = 'evt_03';

interface Killed {
  readonly up: Promise<unknown>;
}

/** Kills a part and starts it again at once, without the supervisor's back-off; `up` tells when it answers. */
async function killAndRestart({ fleet, events }: ShopFleet, part: Part): Promise<Killed> {
  const pid = (): number | undefined => fleet.processes().find(({ name }) => name === part)?.pid;
  const before = pid();
  fleet.kill(part, 'SIGKILL');
  await until(`the end of ${part}`, () => pid() !== before);
  const ups = (): number => events.filter((event) => event.type === 'up' && event.part === part).length;
  const known = ups();
  // PostgreSQL refuses to start while processes of the killed one are left; then its supervisor tries again.
  const later = (): Promise<unknown> => until(`${part} to be up again`, () => ups() > known, 30_000);
  return { up: fleet.restart(part).catch(later) };
}

/** Asks until the purchase is decided; a buyer whose connection breaks asks again. */
async function askUntilDecided(ask: () => Promise<Answer<unknown>>): Promise<Answer<unknown>> {
  return until(
    'the end of the purchase',
    async () => {
      const answer = await ask().catch(() => undefined);
      const undecided = answer?.error && ['in_progress', 'purchase_undecided'].includes(answer.error.code);
      if (!answer || undecided || answer.status >= 500) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        return undefined;
      }
      return answer;
    },
    40_000,
  );
}

/** Has one purchase crash, and returns how it ended. */
async function crashOnce(
  shopFleet: ShopFleet,
  crash: Crash,
  seats: string[],
  buyerNumber: number,
): Promise<Answer<unknown>> {
  const { shop, between } = shopFleet;
  const buyer = await shop.buyer(buyerNumber);
  const { body: hold } = await buyer.hold(event, seats);
  const key = randomUUID();
  // As behind a load balancer: the trace's id is known before the purchase begins.
  const traceId = randomBytes(16).toString('hex');
  const xrayTraceId = `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
  const marks = [traceId, xrayTraceId, key];
  const headers = { 'idempotency-key': key, 'X-Amzn-Trace-Id': `Root=${xrayTraceId}` };
  const body = { event_id: event, hold_id: hold.hold_id, card: card(crash.card ?? cards.good), promo_code: 'ENCORE10' };
  const proxy = between(crash.from, crash.to);
  let left = crash.nth ?? 1;
  let crashed: Killed | undefined;
  proxy.intercept = async (call, pass) => {
    // What deletes a message says nothing of whose it is; nobody else buys now.
    const ours = call.name === 'DeleteMessage' || marks.some((mark) => call.text.includes(mark));
    if (!ours || !crash.call.test(call.name) || --left !== 0) {
      await pass();
      return true;
    }
    if (crash.lost === 'answer') await pass();
    crashed = await killAndRestart(shopFleet, crash.victim);
    return false;
  };
  const ask = () => shop.request('POST', '/checkout', { token: buyer.token, headers, body });
  const first = ask().catch(() => undefined);
  const { up } = await until('the call at which the process is killed', () => crashed, 30_000);
  proxy.intercept = undefined;
  await first;
  const decided = await askUntilDecided(ask);
  await up;
  return decided;
}

/** Kills processes at chosen points of a purchase: each purchase ends sold or undone. */
export function crashesSuite(
  fleetOf: () => ShopFleet,
  takeSeats: (count: number) => string[],
  crashes: readonly Crash[],
): void {
  describe('a purchase ends either sold, charged once, ticketed and mailed once, or undone, when', () => {
    for (const [index, crash] of crashes.entries()) {
      test(nameOf(crash), async () => {
        const { status, error } = await crashOnce(fleetOf(), crash, takeSeats(2), 100 + (index % 100));
        assert.ok(status === 201 || error, `${status}`);
        const { books } = fleetOf();
        await eventuallyNothing(async () => wrongsIn(await books.snapshot()), 40_000);
      });
    }
  });
}

/** Kills what all purchases stand on, while some are under way. */
export function storeCrashesSuite(
  fleetOf: () => ShopFleet,
  takeSeats: (count: number) => string[],
  times: number,
): void {
  for (const part of ['postgres', 'emulators'] as const) {
    test(`purchases end sold or undone when ${part} is killed under them`, async () => {
      const shopFleet = fleetOf();
      const { shop, books } = shopFleet;
      for (let time = 1; time <= times; time += 1) {
        const buyers = await Promise.all(Array.from({ length: 12 }, (_, index) => shop.buyer(40 + index)));
        const holds = await Promise.all(buyers.map((buyer) => buyer.hold(event, takeSeats(1))));
        const purchases = buyers.map(async (buyer, index) => {
          const key = randomUUID();
          await new Promise((resolve) => setTimeout(resolve, index * 30));
          const options = { event, key, promo: 'ENCORE10' };
          return askUntilDecided(() => buyer.checkout(holds[index]?.body.hold_id ?? '', options));
        });
        await new Promise((resolve) => setTimeout(resolve, 60 + Math.random() * 250));
        const { up } = await killAndRestart(shopFleet, part);
        await Promise.all([...purchases, up]);
      }
      await eventuallyNothing(async () => wrongsIn(await books.snapshot()), 60_000);
    });
  }
}
