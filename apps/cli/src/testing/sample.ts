import { assembleTrace, type Span, type Trace } from '@throughline/traces';
import type { LogLine } from '../story.ts';

const TRACE_ID = '6560c0de00112233445566778899aabb';
const START_MS = Date.UTC(2026, 10, 21, 12, 0, 0);

/** A span that begins `at` and lasts `took`, both in ms; `id` stands for the last digits of its id. */
export function span(id: number, parent: number | undefined, at: number, took: number, rest: Partial<Span>): Span {
  const hex = (number: number): string => number.toString(16).padStart(16, '0');
  const start_us = START_MS * 1000 + Math.round(at * 1000);
  return {
    trace_id: TRACE_ID,
    span_id: hex(id),
    ...(parent !== undefined && { parent_id: hex(parent) }),
    service: 'gateway',
    name: 'work',
    kind: 'internal',
    sdk: 'otel',
    start_us,
    end_us: start_us + Math.round(took * 1000),
    status: 'ok',
    annotations: {},
    ...rest,
  };
}

const http = (name: string, status = 200): Partial<Span> => {
  const [method = '', route = ''] = name.split(' ');
  return { name, http: { method, route, status } };
};
const call = (service: string, to: string, name: string): Partial<Span> => ({
  ...http(name),
  service,
  kind: 'client',
  peer: { name: to, kind: 'http' },
});

/** A purchase cut short: both SDKs, a store of each kind, a queue, a third party and one fault. */
export function sampleSpans(): Span[] {
  return [
    span(1, undefined, 0, 80, { ...http('POST /orders', 201), kind: 'server' }),
    span(2, 1, 1.2, 6, call('gateway', 'accounts', 'POST /sessions/check')),
    span(3, 2, 2.1, 4.4, { ...http('POST /sessions/check'), service: 'accounts', kind: 'server' }),
    span(4, 3, 2.6, 3.1, {
      service: 'accounts',
      name: 'DynamoDB.GetItem',
      kind: 'client',
      aws: { service: 'DynamoDB', operation: 'GetItem', table_name: 'sessions' },
      peer: { name: 'sessions', kind: 'dynamodb' },
    }),
    span(5, 1, 8, 30, { ...call('gateway', 'pricing', 'POST /quotes') }),
    span(6, 5, 10, 26, { ...http('POST /quotes', 201), service: 'pricing', kind: 'server', sdk: 'xray' }),
    span(7, 6, 12, 20, {
      ...call('pricing', 'promotions', 'POST /promotions/:code/uses'),
      http: { method: 'POST', status: 500 },
      sdk: 'xray',
      status: 'fault',
    }),
    span(8, 7, 13, 18, {
      ...http('POST /promotions/:code/uses', 500),
      service: 'promotions',
      kind: 'server',
      sdk: 'xray',
      status: 'fault',
      exceptions: [{ type: 'Error', message: 'the table\u001b[31m is away' }],
    }),
    span(9, 1, 40, 22, {
      ...call('gateway', 'bank', 'POST /authorisations/6f1f2f3c-4f5d-4a6b-8c7d-9e8f7a6b5c4d/capture'),
    }),
    span(10, 1, 64, 3, { name: 'pool.acquire' }),
    span(11, 1, 67.5, 2.5, {
      name: 'INSERT orders',
      kind: 'client',
      sql: { query: 'INSERT INTO orders' },
      peer: { name: 'orders@postgres', kind: 'sql' },
    }),
    span(12, 1, 72, 4, { name: 'order-placed send', kind: 'producer', peer: { name: 'order-placed', kind: 'sqs' } }),
    span(13, 12, 110, 50, {
      service: 'tickets',
      name: 'order-placed process',
      kind: 'consumer',
      peer: { name: 'order-placed', kind: 'sqs' },
    }),
    span(14, 13, 112, 9, {
      service: 'tickets',
      name: 'UPDATE tickets',
      kind: 'client',
      sql: { query: 'UPDATE tickets' },
      peer: { name: 'tickets@postgres', kind: 'sql' },
    }),
    span(15, 13, 122, 9, {
      service: 'tickets',
      name: 'UPDATE tickets',
      kind: 'client',
      sql: { query: 'UPDATE tickets' },
      peer: { name: 'tickets@postgres', kind: 'sql' },
    }),
  ];
}

export function traceOf(spans: readonly Span[]): Trace {
  const trace = assembleTrace(spans);
  if (!trace) throw new Error('no spans, no trace');
  return trace;
}

export const sampleLogs = (): LogLine[] => [
  {
    time_ms: START_MS + 7,
    level: 'info',
    service: 'accounts',
    message: 'POST /sessions/check 200',
    span_id: '0000000000000003',
  },
  {
    time_ms: START_MS + 31,
    level: 'error',
    service: 'promotions',
    message: 'the table is away',
    span_id: '0000000000000008',
  },
  {
    time_ms: START_MS + 80,
    level: 'info',
    service: 'gateway',
    message: 'POST /orders 201',
    span_id: '0000000000000001',
  },
  {
    time_ms: START_MS + 160,
    level: 'info',
    service: 'tickets',
    message: 'rendered 2 tickets',
    span_id: '00000000000000ff',
  },
];
