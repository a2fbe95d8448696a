import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeValues, encodeValues, fromValues, mergeAll } from './distribution.ts';
import { parseStatistic } from './statistic.ts';

test('however many values, few are kept, and percentiles stay within half a percent', () => {
  const all = Array.from({ length: 50_000 }, (_, index) => 1 + index / 7);
  const parts = Array.from({ length: 50 }, (_, part) =>
    fromValues(all.filter((_, index) => index % 50 === part).map((value) => [value, 1] as const)),
  );
  const joined = mergeAll(parts);
  assert.ok(joined.values.size <= 1000, String(joined.values.size));
  assert.ok(encodeValues(joined.values).length < 16_000);
  assert.equal(joined.count, 50_000);
  assert.ok(Math.abs(joined.sum - all.reduce((a, b) => a + b, 0)) < 1);
  for (const percent of [1, 50, 90, 99, 99.9]) {
    const exact = all[Math.ceil((percent / 100) * all.length) - 1] ?? 0;
    const told = parseStatistic(`p${percent}`)?.(joined) ?? 0;
    assert.ok(Math.abs(told - exact) / exact < 0.0052, `p${percent}: ${told} for ${exact}`);
  }
});

test('values over hundreds of magnitudes are bounded too', () => {
  const values = Array.from(
    { length: 20_000 },
    (_, index) => [(index % 2 ? 1 : -1) * 1.5 ** ((index % 1000) - 500) * (1 + index / 1e5), 1] as const,
  );
  assert.ok(fromValues(values).values.size <= 1000);
});

test('values come back as they were kept', () => {
  const values = new Map([
    [0.1, 3],
    [1e-7, 0.5],
    [-2, 1],
  ]);
  assert.deepEqual(decodeValues(encodeValues(values)), values);
});

test('statistics that are none are not read', () => {
  for (const name of [
    '',
    'p',
    'p101',
    'p-1',
    'p1e1',
    'P50',
    'tm',
    'TM()',
    'TM(:)',
    'TM(1%:2)',
    'PR(a:b)',
    'TM(1..2:3)',
    'toString',
    'average',
  ]) {
    assert.equal(parseStatistic(name), undefined, name);
  }
});
