import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otlpToDocuments, traceGraph } from '@throughline/traces';
import fc from 'fast-check';
import { newId, newTraceId, otlpJson, segment, xrayId } from '../testing/documents.ts';
import { readForStore } from '../xray/ingest.ts';
import { summarize } from '../xray/summary.ts';
import { openStore, type Store } from './store.ts';

/** All that is ever sent of one trace: both SDKs, in progress and complete, streamed, orphaned. */
function everythingOf(trace_id: string): string[] {
  const [call, sending, streamedInto, server] = [newId(), newId(), newId(), newId()];
  const start = Date.now() / 1000 - 10;
  const at = (from: number, to: number) => ({ start_time: start + from, end_time: start + to });
  const http = { request: { method: 'POST', url: 'http://shop/' }, response: { status: 200 } };
  const gateway = segment({
    name: 'gateway',
    trace_id,
    http,
    origin: 'AWS::EC2::Instance',
    ...at(0, 2),
    subsegments: [
      { id: call, name: 'orders.internal', namespace: 'remote', ...at(0.1, 1.9) },
      { id: streamedInto, name: 'batch', ...at(0.2, 1) },
    ],
  });
  const streamed = { ...segment({ name: 'bank', trace_id, ...at(0.3, 0.4) }), type: 'subsegment', namespace: 'remote' };
  const tickets = segment({
    name: 'tickets',
    trace_id,
    parent_id: sending,
    fault: true,
    ...at(3, 4),
    annotations: { 'messaging.destination.name': 'order-placed' },
  });
  const nanos = (seconds: number) => String(BigInt(Math.round((start + seconds) * 1e6)) * 1000n);
  const otel = (members: object, from: number, to: number) =>
    otlpToDocuments(
      otlpJson('orders', {
        traceId: trace_id,
        startTimeUnixNano: nanos(from),
        endTimeUnixNano: nanos(to),
        ...members,
      }),
    ).documents.map((document) => ({ ...document }));
  const queue = [
    { key: 'messaging.system', value: { stringValue: 'aws_sqs' } },
    { key: 'messaging.destination.name', value: { stringValue: 'order-placed' } },
  ];
  return [
    gateway,
    // An open segment, sent before its work was done; its clock was set back in between.
    { ...gateway, subsegments: undefined, start_time: start - 0.5, end_time: undefined, in_progress: true },
    { ...streamed, parent_id: streamedInto },
    tickets,
    { ...tickets, end_time: undefined, in_progress: true, fault: undefined },
    segment({ name: 'orphan', trace_id, parent_id: newId(), ...at(0.5, 0.6) }),
    ...otel({ spanId: server, parentSpanId: call, kind: 2 }, 0.2, 1.5),
    ...otel({ spanId: sending, parentSpanId: server, kind: 4, attributes: queue }, 0.5, 0.6),
  ].map((document) => JSON.stringify({ ...document, trace_id: xrayId(trace_id) }));
}

async function take(store: Store, texts: readonly string[]): Promise<void> {
  await store.traces.put(
    texts.map((text) => {
      const read = readForStore(text);
      assert.ok('row' in read, text);
      return read.row;
    }),
  );
}

function seen(store: Store, trace_id: string): object {
  const trace = store.traces.trace(trace_id);
  assert.ok(trace);
  const { revision: _, ...row } = store.traces.find(trace_id) ?? {};
  return { row, graph: traceGraph([trace]), summary: summarize(trace, 0, 0) };
}

test('late, repeated, re-ordered, open and orphaned documents converge to one graph and one summary', async (t) => {
  const store = openStore(undefined);
  const other = openStore(undefined);
  t.after(() => {
    store.close();
    other.close();
  });
  const trace_id = newTraceId();
  const everything = everythingOf(trace_id);
  await take(other, everything);
  const wanted = seen(other, trace_id);
  assert.match(JSON.stringify(wanted), /order-placed.*tickets/);
  const batches = fc
    .tuple(fc.shuffledSubarray(everything, { minLength: everything.length }), fc.subarray(everything))
    .chain(([all, again]) => fc.tuple(fc.constant([...all, ...again]), fc.nat({ max: all.length })));
  await fc.assert(
    fc.asyncProperty(batches, async ([sent, cut]) => {
      const fresh = openStore(undefined);
      await take(fresh, sent.slice(0, cut));
      if (cut > 0) fresh.traces.trace(trace_id);
      for (const text of sent.slice(cut)) await take(fresh, [text]);
      const got = seen(fresh, trace_id);
      fresh.close();
      assert.deepEqual(got, wanted);
    }),
    { numRuns: 150 },
  );
});
