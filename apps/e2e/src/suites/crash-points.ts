import type { ServiceName } from '@throughline/contracts';
import { cards } from '../harness/shop.ts';
import type { Crash } from './crashes.ts';

const lost = ['call', 'answer'] as const;

/** Every call that checkout makes for a purchase. */
const forward: readonly (readonly [ServiceName, RegExp])[] = [
  ['seats', /^GET \/holds\//],
  ['catalog', /^GET \/events\//],
  ['pricing', /^POST \/quotes$/],
  ['payments', /^POST \/payments$/],
  ['orders', /^POST \/orders$/],
  ['seats', /^POST \/holds\/.*\/confirm$/],
  ['payments', /^POST \/payments\/.*\/capture$/],
  ['orders', /^POST \/purchases\/.*\/order\/confirm$/],
  ['pricing', /^POST \/quotes\/.*\/confirm$/],
];
/** And those with which it undoes one. */
const back: readonly (readonly [ServiceName, RegExp])[] = [
  ['orders', /^POST \/purchases\/.*\/order\/cancel$/],
  ['payments', /^POST \/payments\/.*\/void$/],
  ['pricing', /^POST \/quotes\/.*\/release$/],
  ['seats', /^POST \/holds\/.*\/release$/],
];
/** Writes of the ledger: claimed, then six steps. */
const ledger: readonly (readonly [RegExp, number])[] = [
  [/^PutItem$/, 1],
  ...Array.from({ length: 6 }, (_, index) => [/^UpdateItem$/, index + 1] as const),
];
/** What payments does for an authorisation and a capture. */
const paying: readonly (readonly [Crash['to'], RegExp, number])[] = [
  ['dynamodb', /^PutItem$/, 1],
  ['fraud', /^POST \/scores$/, 1],
  ['bank', /^POST \/authorisations$/, 1],
  ['dynamodb', /^UpdateItem$/, 1],
  ['bank', /^POST \/authorisations\/.*\/capture$/, 1],
  ['dynamodb', /^UpdateItem$/, 2],
];

const checkout = (calls: typeof forward, card?: string): Crash[] =>
  calls.flatMap(([to, call]) =>
    lost.map(
      (which) => ({ victim: 'checkout', from: 'checkout', to, call, lost: which, ...(card && { card }) }) as const,
    ),
  );

/** The one that is called is killed, before it is asked or when it has answered. */
const callee = (victim: ServiceName, calls: typeof forward, card?: string): Crash[] =>
  calls
    .filter(([to]) => to === victim)
    .flatMap(([to, call]) =>
      lost.map((which) => ({ victim, from: 'checkout', to, call, lost: which, ...(card && { card }) }) as const),
    );

const queues: readonly Crash[] = (['orders', 'tickets', 'notifications'] as const).flatMap((victim) =>
  (victim === 'notifications'
    ? [/^DeleteMessage$/]
    : victim === 'orders'
      ? [/^SendMessage$/]
      : [/^SendMessage$/, /^DeleteMessage$/]
  ).flatMap((call) => lost.map((which) => ({ victim, from: victim, to: 'sqs', call, lost: which }) as const)),
);

/** Every point at which checkout, payments or orders can die in a purchase, and where its tickets and its mail can. */
export const allCrashes: readonly Crash[] = [
  ...checkout(forward),
  ...ledger.flatMap(([call, nth]) =>
    lost.map((which) => ({ victim: 'checkout', from: 'checkout', to: 'dynamodb', call, nth, lost: which }) as const),
  ),
  ...checkout(back, cards.notCaptured),
  ...paying.flatMap(([to, call, nth]) =>
    lost.map((which) => ({ victim: 'payments', from: 'payments', to, call, nth, lost: which }) as const),
  ),
  ...callee('payments', forward),
  ...callee('payments', back, cards.notCaptured),
  ...callee('orders', forward),
  ...callee('orders', back, cards.notCaptured),
  ...queues,
  ...lost.map(
    (which) =>
      ({
        victim: 'notifications',
        from: 'notifications',
        to: 'mail-relay',
        call: /^POST \/messages$/,
        lost: which,
      }) as const,
  ),
];

/** A few of them; `npm run test:soak` has all. */
export const someCrashes: readonly Crash[] = [
  { victim: 'checkout', from: 'checkout', to: 'payments', call: /^POST \/payments$/, lost: 'answer' },
  {
    victim: 'checkout',
    from: 'checkout',
    to: 'orders',
    call: /^POST \/purchases\/.*\/order\/confirm$/,
    lost: 'answer',
  },
  { victim: 'payments', from: 'payments', to: 'bank', call: /^POST \/authorisations\/.*\/capture$/, lost: 'answer' },
  { victim: 'orders', from: 'checkout', to: 'orders', call: /^POST \/orders$/, lost: 'answer' },
  { victim: 'orders', from: 'orders', to: 'sqs', call: /^SendMessage$/, lost: 'answer' },
];
