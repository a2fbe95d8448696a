import { backends, SEED_PASSWORD, seedEmail, services } from '@throughline/contracts';
import type { Bought } from '@throughline/local';
import { inWords } from './duration.ts';
import { title, type Line } from './paint.ts';
import { fit } from './text.ts';

const money = (cents: number): string => (cents / 100).toFixed(2);

/** What was bought. */
export function bought({ event, receipt }: Bought): Line[] {
  const { seat_ids, quote } = receipt;
  const discount = quote.promo_code === null ? '' : `, ${money(quote.discount_cents)} off with ${quote.promo_code}`;
  return [
    [
      ['Bought ', 'bold'],
      [`${seat_ids.join(' and ')} for ${event.title}, ${event.venue.name}, ${event.venue.city}`],
      [`  ${money(quote.total_cents)}${discount}`, 'dim'],
    ],
  ];
}

/** How long it took, and what one can do now. */
export function next(
  { ready_ms, first_trace_ms }: { ready_ms: number; first_trace_ms: number | null },
  width: number,
): Line[] {
  const gateway = `http://127.0.0.1:${services.gateway.port}`;
  const commands = [
    [
      'npm start',
      `the same fleet, to stay: shop on ${services.gateway.port}, observatory on ${backends.observatory.port}`,
    ],
    ['npm start -- --tracing xray', 'every service with one SDK; or otel'],
    ['npx throughline follow --latest', 'this view of the newest purchase'],
    ['npx throughline follow <trace id>', 'of any trace, in either spelling'],
  ] as const;
  const credentials = JSON.stringify({ email: seedEmail(1), password: SEED_PASSWORD });
  const curls = [
    `curl '${gateway}/events?limit=3'`,
    `curl '${gateway}/events/evt_01/seats?limit=2'`,
    `curl ${gateway}/sessions -H 'content-type: application/json' \\`,
    `     -d '${credentials}'`,
    `curl ${gateway}/openapi.json`,
  ];
  return [
    title('what next', width),
    ...commands.map(([command, what]): Line => [
      [fit(command, 36), 'bold'],
      [what, 'dim'],
    ]),
    [['and, while it runs:', 'dim']],
    ...curls.map((line): Line => [[line]]),
    [],
    [
      [
        `Everything was up after ${inWords(ready_ms * 1000)}` +
          (first_trace_ms === null ? '.' : `, the whole trace known after ${inWords(first_trace_ms * 1000)}.`),
        'dim',
      ],
    ],
  ];
}
