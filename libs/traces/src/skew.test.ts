import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembleTrace } from './assemble.ts';
import { readOtlpTraces } from './otlp/read-traces.ts';
import { clockSkews } from './skew.ts';
import { otlpRequest, otlpSpan, segment } from './testing/builders.ts';
import { purchase } from './testing/purchase.ts';
import { readDocument } from './xray/read-document.ts';

const caller = readOtlpTraces(otlpRequest('gateway', otlpSpan(1, undefined, { kind: 'CLIENT', at: 10, for: 10 })));
const http = { request: { method: 'GET', url: 'http://x/' } };
const xray = (at: number, length: number) => readDocument({ ...segment(2, 1, 'pricing', { at, for: length }), http });
const otel = (at: number, length: number) =>
  readOtlpTraces(otlpRequest('seats', otlpSpan(2, 1, { kind: 'SERVER', at, for: length })));
const skew = (callee: ReturnType<typeof xray>) =>
  clockSkews(assembleTrace([...caller, ...callee])!).map(({ skew_us }) => skew_us);

test('a callee that starts before its call, or ends after it, has another clock', () => {
  assert.deepEqual(skew(xray(5, 8)), [-5000]);
  assert.deepEqual(skew(xray(17, 8)), [5000]);
  assert.deepEqual(skew(otel(8, 8)), [-2000]);
});

test('a clock of milliseconds is no skew: 2 ms with an X-Ray document, 1 ms without', () => {
  assert.deepEqual(skew(xray(8, 8)), []);
  assert.deepEqual(skew(xray(14, 8)), []);
  assert.deepEqual(skew(otel(9, 8)), []);
  assert.deepEqual(clockSkews(assembleTrace(purchase())!), []);
});

test('a callee that goes on after it answered is not skewed, and no time is moved', () => {
  assert.deepEqual(skew(otel(12, 60)), []);
  const trace = assembleTrace([...caller, ...xray(5, 8)])!;
  assert.equal(trace.duration_us, 15_000);
  assert.equal(trace.nodes.get('0000000000000002')?.span.start_us, xray(5, 8)[0]?.start_us);
});
