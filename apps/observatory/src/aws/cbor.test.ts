import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CborError, decodeCbor, encodeCbor } from './cbor.ts';

const hex = (text: string) => decodeCbor(Buffer.from(text, 'hex'));

test("the RFC's examples are read", () => {
  const cases: [string, unknown][] = [
    ['00', 0],
    ['1818', 24],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['c249010000000000000000', 2 ** 64],
    ['3903e7', -1000],
    ['c349010000000000000000', -1 - 2 ** 64],
    ['f93c00', 1],
    ['f90001', 5.960_464_477_539_063e-8],
    ['f97c00', Infinity],
    ['fa47c35000', 100_000],
    ['fbc010666666666666', -4.1],
    ['f5', true],
    ['f6', null],
    ['f7', null],
    ['c11a514b67b0', 1_363_896_240],
    ['6161', 'a'],
    ['62c3bc', 'ü'],
    ['83010203', [1, 2, 3]],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf6161019f0203ffff', undefined],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['a201020304', { 1: 2, 3: 4 }],
  ];
  for (const [text, value] of cases) {
    if (value === undefined) assert.throws(() => hex(text), CborError, text);
    else assert.deepEqual(hex(text), value, text);
  }
  assert.ok(Number.isNaN(hex('f97e00')));
});

test('what is cut off, left over or nested too deep is refused', () => {
  for (const text of [
    '',
    '18',
    '61',
    '82',
    '9f',
    'bf61',
    'ff',
    '0000',
    '1c',
    'df00',
    '81ff',
    'a1ff',
    '9bffffffffffffffff',
    '5b7fffffffffffffff',
  ]) {
    assert.throws(() => hex(text), CborError, text);
  }
  assert.throws(() => hex('81'.repeat(100)), CborError);
});

test('an answer comes back as it was written', () => {
  const answer = {
    list: [1, -2.5, 1e300],
    text: 'ü'.repeat(300),
    yes: true,
    map: new Map([['k', 1]]),
    none: undefined,
  };
  assert.deepEqual(decodeCbor(encodeCbor({ ...answer, at: new Date(1_790_000_000_500) })), {
    list: [1, -2.5, 1e300],
    text: 'ü'.repeat(300),
    yes: true,
    map: { k: 1 },
    at: 1_790_000_000.5,
  });
  const long = Array.from({ length: 70_000 }, (_, index) => index);
  assert.deepEqual(decodeCbor(encodeCbor(long)), long);
});
