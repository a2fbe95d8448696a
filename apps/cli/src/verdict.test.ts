import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edges } from '@throughline/contracts';
import { readDocument, type Span } from '@throughline/traces';
import { sampleSpans, span, traceOf } from './testing/sample.ts';
import { purchaseDocuments } from './testing/purchase-documents.ts';
import { isPurchase, judge } from './verdict.ts';

const purchase = (): Span[] => purchaseDocuments().documents.flatMap(readDocument);

test('a purchase with every edge of services.ts is complete', () => {
  const trace = traceOf(purchase());
  assert.equal(isPurchase(trace), true);
  assert.deepEqual(judge(trace, true), { complete: true, missing: [] });
});

test('each edge of a purchase that is not there is named', () => {
  for (const edge of edges('purchase')) {
    const { documents } = purchaseDocuments((other) => other.from === edge.from && other.to === edge.to);
    const { complete, missing } = judge(traceOf(documents.flatMap(readDocument)), true);
    assert.equal(complete, false);
    assert.ok(missing.includes(`${edge.from} → ${edge.to} (${edge.kind})`), missing.join('; '));
  }
});

test('a purchase whose service has not reported yet is not complete', () => {
  const without = (name: string): Span[] => {
    const documents = purchaseDocuments().documents.filter((document) => document['name'] !== name);
    return documents.flatMap(readDocument);
  };
  assert.ok(judge(traceOf(without('promotions')), true).missing.includes('the other side of pricing POST /y'));
  assert.ok(
    judge(traceOf(without('notifications')), true).missing.includes('the other side of tickets ticket-issued send'),
  );
});

test('without a promo code nobody asks promotions', () => {
  const { documents } = purchaseDocuments(({ from, to }) => from === 'promotions' || to === 'promotions');
  const spans = documents.flatMap(readDocument);
  for (const { annotations } of spans) delete annotations['shop.promo_code'];
  assert.equal(judge(traceOf(spans)).complete, true);
  assert.equal(judge(traceOf(spans), true).complete, false);
});

test('a trace that is no purchase is complete when nothing is open and every parent is there', () => {
  assert.deepEqual(judge(traceOf([span(1, undefined, 0, 1, {})])), { complete: true, missing: [] });
  const spans = sampleSpans();
  assert.deepEqual(judge(traceOf(spans.filter((each) => !each.span_id.endsWith('6')))).missing, [
    'the parent of pricing POST /promotions/:code/uses',
    'the other side of gateway POST /quotes',
  ]);
  const { end_us: _, ...open } = span(2, 1, 0, 1, { service: 'seats', name: 'POST /holds' });
  assert.deepEqual(judge(traceOf([span(1, undefined, 0, 1, {}), open])).missing, ['the end of seats POST /holds']);
});

test('a root that continues a trace from outside misses nothing', () => {
  assert.equal(judge(traceOf([span(1, 77, 0, 1, { kind: 'server' })])).complete, true);
});
