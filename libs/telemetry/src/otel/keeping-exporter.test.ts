import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { until } from '@throughline/testing';
import { keepingExporter } from './keeping-exporter.ts';

const OK = { code: ExportResultCode.SUCCESS };
const away = (code?: number): ExportResult => ({
  code: ExportResultCode.FAILED,
  error: Object.assign(new Error('no'), { code }),
});
const batch = (...names: string[]): ReadableSpan[] => names.map((name) => ({ name }) as ReadableSpan);

/** A collector whose answers the test gives: what it took, in order. */
function collector(answer: () => ExportResult | 'silence' = () => OK) {
  const arrived: string[] = [];
  const state = { answer, attempts: 0, closed: false };
  const exporter: SpanExporter = {
    export(spans, done) {
      state.attempts += 1;
      const result = state.answer();
      if (result === 'silence') return;
      if (result.code === ExportResultCode.SUCCESS) arrived.push(...spans.map(({ name }) => name));
      queueMicrotask(() => done(result));
    },
    shutdown: async () => void (state.closed = true),
  };
  return { arrived, state, exporter };
}
const retryMs = [5, 20] as const;

describe('spans', () => {
  it('go on at once while the collector answers, and the caller is never told of a failure', async () => {
    const { arrived, state, exporter } = collector();
    const keeping = keepingExporter(exporter, { retryMs });
    const told: ExportResult[] = [];
    keeping.export(batch('a', 'b'), (result) => told.push(result));
    state.answer = () => away();
    keeping.export(batch('c'), (result) => told.push(result));
    await keeping.forceFlush?.();
    assert.deepEqual(told, [OK, OK]);
    state.answer = () => OK;
    await until('all spans', () => arrived.length === 3);
    assert.equal(keeping.kept(), 0);
  });

  it('of an outage arrive in their order once the collector is back', async () => {
    const { arrived, state, exporter } = collector(() => away());
    const dropped: number[] = [];
    const keeping = keepingExporter(exporter, { retryMs, onDropped: (count) => dropped.push(count) });
    const names = Array.from({ length: 50 }, (_, n) => `span ${n}`);
    for (const name of names) keeping.export(batch(name), () => undefined);
    await until('some retries', () => state.attempts > 3);
    assert.equal(keeping.kept(), 50);
    state.answer = () => OK;
    await until('all spans', () => arrived.length === 50);
    assert.deepEqual(arrived, names);
    assert.deepEqual(dropped, []);
  });

  it('are kept up to the bound; the oldest go, and their number is told once', async () => {
    const { arrived, state, exporter } = collector(() => away());
    const dropped: number[] = [];
    const options = { maxSpans: 10, retryMs, onDropped: (count: number) => void dropped.push(count) };
    const keeping = keepingExporter(exporter, options);
    for (let n = 0; n < 20; n += 1) keeping.export(batch(`${n} a`, `${n} b`), () => undefined);
    await until('some retries', () => state.attempts > 3);
    assert.equal(keeping.kept(), 10);
    state.answer = () => OK;
    await until('the rest', () => arrived.length === 10);
    assert.deepEqual(arrived.slice(0, 2), ['15 a', '15 b']);
    assert.deepEqual(dropped, [30]);
    keeping.export(batch('later'), () => undefined);
    await until('one more', () => arrived.length === 11);
    assert.deepEqual(dropped, [30]);
  });

  it('on their way do not count as dropped when they arrive', async () => {
    const waiting: (() => void)[] = [];
    const arrived: string[] = [];
    const exporter: SpanExporter = {
      export: (spans, done) => void waiting.push(() => (arrived.push(...spans.map(({ name }) => name)), done(OK))),
      shutdown: async () => undefined,
    };
    const dropped: number[] = [];
    const keeping = keepingExporter(exporter, { maxSpans: 2, onDropped: (count) => dropped.push(count) });
    for (const name of ['first', 'second', 'third', 'fourth']) keeping.export(batch(name), () => undefined);
    await until('all arrived', () => (waiting.shift()?.(), arrived.length === 3));
    assert.deepEqual(arrived, ['first', 'third', 'fourth']);
    assert.deepEqual(dropped, [1]);
  });

  it('that the collector refuses for good do not hold up those behind them', async () => {
    const answers = [away(400), away(413)];
    const { arrived, exporter } = collector(() => answers.shift() ?? OK);
    const dropped: number[] = [];
    const keeping = keepingExporter(exporter, { retryMs, onDropped: (count) => dropped.push(count) });
    for (const name of ['bad', 'huge', 'good']) keeping.export(batch(name), () => undefined);
    await until('the good one', () => arrived.length === 1);
    assert.deepEqual(arrived, ['good']);
    assert.deepEqual(dropped, [2]);
  });

  it('survive an exporter that throws', async () => {
    const { arrived, state, exporter } = collector(() => {
      throw new Error('a span that cannot be written');
    });
    const keeping = keepingExporter(exporter, { retryMs });
    keeping.export(batch('a'), () => undefined);
    await keeping.forceFlush?.();
    state.answer = () => OK;
    await until('the span', () => arrived.length === 1);
  });

  it('are tried once more at the end, and an end is reached whether the collector is there or not', async () => {
    const there = collector(() => away());
    const slow = { retryMs: [60_000, 60_000] as const };
    const first = keepingExporter(there.exporter, slow);
    first.export(batch('a'), () => undefined);
    await first.forceFlush?.();
    there.state.answer = () => OK;
    await first.shutdown();
    assert.deepEqual([there.arrived, there.state.closed], [['a'], true]);

    const gone = collector(() => away());
    const second = keepingExporter(gone.exporter, slow);
    second.export(batch('a'), () => undefined);
    await second.shutdown();
    assert.equal(gone.state.closed, true);
  });
});
