import { readOtlpTraces } from '../otlp/read-traces.ts';
import type { Span } from '../span.ts';
import { readDocument } from '../xray/read-document.ts';
import { otlpRequest, otlpSpan, segment, subsegment } from './builders.ts';

const server = (method: string, route: string) => ({
  'http.request.method': method,
  'http.route': route,
  'url.path': route,
  'http.response.status_code': 200,
});
const call = (peer: string, path: string) => ({
  'http.request.method': 'POST',
  'url.full': `http://127.0.0.1:4000${path}`,
  'url.path': path,
  'server.address': '127.0.0.1',
  'server.port': 4000,
  'http.response.status_code': 200,
  'peer.service': peer,
});
const QUEUE_URL = 'http://127.0.0.1:4566/000000000000/order-placed';

const otel = (): Span[] => [
  ...readOtlpTraces(
    otlpRequest(
      'checkout',
      otlpSpan(1, undefined, {
        kind: 'SERVER',
        name: 'POST /checkout',
        at: 0,
        for: 100,
        attributes: server('POST', '/checkout'),
      }),
      otlpSpan(2, 1, { kind: 'CLIENT', name: 'POST', at: 1, for: 20, attributes: call('pricing', '/quotes') }),
      otlpSpan(3, 1, { kind: 'CLIENT', name: 'POST', at: 30, for: 20, attributes: call('orders', '/orders') }),
    ),
  ),
  ...readOtlpTraces(
    otlpRequest(
      'orders',
      otlpSpan(10, 3, { kind: 'SERVER', name: 'POST /orders', at: 31, for: 18, attributes: server('POST', '/orders') }),
      otlpSpan(11, 10, { name: 'pool.acquire', at: 32, for: 1 }),
      otlpSpan(12, 10, {
        kind: 'CLIENT',
        name: 'pg.query:INSERT orders',
        at: 33,
        for: 2,
        attributes: {
          'db.system.name': 'postgresql',
          'db.namespace': 'orders',
          'db.query.text': 'INSERT INTO orders (id) VALUES ($1)',
          'server.address': '127.0.0.1',
          'server.port': 5432,
          'peer.service': 'orders@postgres',
        },
      }),
      otlpSpan(13, 10, {
        kind: 'PRODUCER',
        name: 'order-placed send',
        at: 40,
        for: 3,
        attributes: {
          'rpc.system': 'aws-api',
          'rpc.service': 'SQS',
          'rpc.method': 'SendMessage',
          'messaging.system': 'aws_sqs',
          'messaging.destination.name': 'order-placed',
          'url.full': QUEUE_URL,
          'peer.service': 'order-placed',
        },
      }),
    ),
  ),
];

const xray = (): Span[] => [
  ...readDocument({
    ...segment(20, 2, 'pricing', { at: 2, for: 15 }),
    http: { request: { method: 'POST', url: 'http://127.0.0.1:4001/quotes' }, response: { status: 200 } },
    annotations: { 'http.route': '/quotes' },
    subsegments: [
      subsegment(21, 'DynamoDB', {
        at: 3,
        for: 4,
        namespace: 'aws',
        aws: { operation: 'GetItem', table_name: 'promotions', region: 'us-east-1' },
      }),
      subsegment(22, 'bank', {
        at: 8,
        for: 4,
        namespace: 'remote',
        http: { request: { method: 'POST', url: 'http://127.0.0.1:4002/rates' }, response: { status: 200 } },
      }),
    ],
  }),
  ...readDocument({
    ...segment(30, 13, 'tickets', { at: 45, for: 30 }),
    annotations: { 'messaging.destination.name': 'order-placed' },
    subsegments: [
      subsegment(31, 'tickets@postgres', {
        at: 46,
        for: 2,
        namespace: 'remote',
        sql: { sanitized_query: 'select * from tickets where id = $1' },
      }),
    ],
  }),
];

/** A small purchase by both SDKs: checkout (OTel) → pricing (X-Ray) and orders (OTel) → queue → tickets (X-Ray). */
export const purchase = (): Span[] => [...otel(), ...xray()];
