import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocument } from '@throughline/traces';
import { sampleSpans, span, traceOf } from '../testing/sample.ts';
import { purchaseDocuments } from '../testing/purchase-documents.ts';
import { serviceMap } from './map.ts';
import { render, type Paint } from './paint.ts';

const plain: Paint = (text) => text;
const draw = (spans: Parameters<typeof traceOf>[0], width = 100, paint = plain): string[] =>
  serviceMap(traceOf(spans), width)
    .slice(1)
    .map((line) => render(line, width, paint));

test('the map of a purchase fits 100 columns, with what the queues carry on below it', () => {
  const spans = purchaseDocuments().documents.flatMap(readDocument);
  assert.deepEqual(draw(spans).slice(0, -2), [
    'gateway ─┬─ accounts ─┬─ ▤ sessions',
    '         │            └─ ▤ history',
    '         └─ checkout ─┬─ catalog ─── ▥ catalog@postgres',
    '                      ├─ seats ─── ▥ seats@postgres',
    '                      ├─ pricing ─── promotions ─── ▤ promotions',
    '                      ├─ payments ─┬─ fraud ─── accounts ↑',
    '                      │            ├─ → bank',
    '                      │            └─ ▤ payments',
    '                      ├─ orders ─┬─ ▥ orders@postgres',
    '                      │          └─ ≋ order-placed',
    '                      └─ ▤ purchases',
    '≋ order-placed ─── tickets ─┬─ catalog ↑',
    '                            ├─ ▥ tickets@postgres',
    '                            └─ ≋ ticket-issued',
    '≋ ticket-issued ─── notifications ─── → mail-relay',
  ]);
});

test('calls are counted, and what failed is red', () => {
  const lines = draw(sampleSpans(), 100, (text, format) => `<${[format].flat().join(' ')}>${text}</>`);
  assert.ok(lines.some((line) => line.includes('▥ tickets@postgres</><dim> ×2</>')));
  assert.ok(lines.some((line) => line.includes('<red bold>promotions</>')));
});

test('a map that is wider than the screen is drawn from top to bottom', () => {
  const chain = Array.from({ length: 9 }, (_, index) =>
    span(index + 1, index || undefined, index, 9, { kind: 'server', service: `service-number-${index}` }),
  );
  const lines = draw(chain);
  assert.equal(lines[0], 'service-number-0');
  assert.equal(lines[2], '   └─ service-number-2');
});

test('services that call each other in a circle are drawn once', () => {
  const names = ['a', 'b', 'a', 'b'];
  const spans = names.map((service, index) =>
    span(index + 1, index || undefined, index, 9, { kind: 'server', service }),
  );
  assert.equal(draw(spans)[0], 'a ─── b ×2 ─── a ↑');
});

test('a service that called nobody is a map too', () => {
  assert.deepEqual(draw([span(1, undefined, 0, 1, { service: 'catalog' })]), ['catalog called nobody']);
});
