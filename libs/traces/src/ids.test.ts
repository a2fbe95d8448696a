import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toSpanId, toTraceId, toXRayTraceId } from './ids.ts';

const HEX = '5f84c7a1e7d0fb5b6b8c9d0e1f2a3b4c';
const XRAY = '1-5f84c7a1-e7d0fb5b6b8c9d0e1f2a3b4c';

test('either spelling of a trace id turns into the other', () => {
  for (const spelling of [HEX, XRAY, HEX.toUpperCase()]) {
    assert.equal(toTraceId(spelling), HEX);
    assert.equal(toXRayTraceId(spelling), XRAY);
  }
});

test('what is no id is undefined', () => {
  const wrong = [
    undefined,
    null,
    1,
    '',
    HEX.slice(1),
    `${HEX}0`,
    `2${XRAY.slice(1)}`,
    '0'.repeat(32),
    `1-${'0'.repeat(8)}-${'0'.repeat(24)}`,
  ];
  for (const value of wrong) {
    assert.equal(toTraceId(value), undefined);
    assert.equal(toXRayTraceId(value), undefined);
  }
  for (const value of [undefined, 7, '', 'xyz', '0'.repeat(16), '1'.repeat(17)])
    assert.equal(toSpanId(value), undefined);
});
