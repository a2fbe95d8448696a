import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assembleTrace, walk, type Trace } from './assemble.ts';
import { id, segment, subsegment, XRAY_TRACE } from './testing/builders.ts';
import { purchase } from './testing/purchase.ts';
import { readDocument } from './xray/read-document.ts';

const shape = (trace: Trace | undefined) =>
  trace && [...trace.nodes.values()].map(({ span, parent }) => ({ ...span, under: parent?.span.span_id }));

test('spans of both SDKs stand under each other', () => {
  const trace = assembleTrace(purchase())!;
  assert.equal(trace.roots.length, 1);
  assert.deepEqual(trace.missing_parents, []);
  assert.equal(trace.nodes.get(id(20))?.parent?.span.span_id, id(2));
  assert.equal(trace.nodes.get(id(30))?.parent?.span.span_id, id(13));
  assert.equal(trace.nodes.get(id(31))?.span.service, 'tickets');
  assert.equal(trace.duration_us, 100_000);
  assert.equal(trace.in_progress, false);
});

test('any order of arrival, with repeats, gives the same trace', () => {
  const spans = purchase();
  const wanted = shape(assembleTrace(spans));
  fc.assert(
    fc.property(fc.shuffledSubarray(spans, { minLength: spans.length }), fc.subarray(spans), (shuffled, again) => {
      assert.deepEqual(shape(assembleTrace([...again, ...shuffled, ...again])), wanted);
    }),
  );
});

test('a complete span replaces the one in progress, whichever came first', () => {
  const complete = readDocument(segment(1, undefined, 'x', { for: 8 }));
  const open = readDocument({ ...segment(1, undefined, 'x'), end_time: undefined, in_progress: true });
  for (const spans of [
    [...open, ...complete],
    [...complete, ...open],
  ]) {
    const trace = assembleTrace(spans)!;
    assert.equal(trace.nodes.size, 1);
    assert.equal(trace.in_progress, false);
    assert.equal(trace.duration_us, 8000);
  }
});

test('a streamed subsegment gets its service and SDK from the segment above it', () => {
  const streamed = { ...subsegment(3, 'render'), type: 'subsegment', trace_id: XRAY_TRACE, parent_id: id(2) };
  const own = { ...segment(1, undefined, 'tickets'), subsegments: [subsegment(2, 'batch')] };
  const trace = assembleTrace([...readDocument(streamed), ...readDocument(own)])!;
  assert.deepEqual([trace.nodes.get(id(3))?.span.service, trace.nodes.get(id(3))?.span.sdk], ['tickets', 'xray']);
  assert.equal(assembleTrace(readDocument(streamed))?.root.span.service, 'unknown');
});

test('a span whose parent is missing is a root that says so', () => {
  const trace = assembleTrace(readDocument(segment(5, 4, 'x')))!;
  assert.equal(trace.root.span.span_id, id(5));
  assert.deepEqual(
    trace.missing_parents.map((span) => span.span_id),
    [id(5)],
  );
});

test('cycles are cut, so that every span is reached once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { minLength: 1, maxLength: 12 }), (parents) => {
      const spans = parents.flatMap((parent, index) =>
        readDocument(segment(index + 1, parent + 1, 'x', { at: index })),
      );
      const trace = assembleTrace(spans)!;
      assert.equal([...walk(trace.roots)].length, spans.length);
      assert.equal(trace.nodes.size, spans.length);
    }),
  );
});

test('no spans make no trace', () => {
  assert.equal(assembleTrace([]), undefined);
});
