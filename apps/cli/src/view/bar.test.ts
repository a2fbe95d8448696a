import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bar } from './bar.ts';

const scale = { start_us: 1000, duration_us: 80_000, width: 10 };
const draw = (from: number, to: number, outer?: [number, number]): string =>
  bar(
    scale,
    { from_us: 1000 + from * 1000, to_us: 1000 + to * 1000 },
    outer && { from_us: 1000 + outer[0] * 1000, to_us: 1000 + outer[1] * 1000 },
    '─',
  )
    .map(({ text }) => text)
    .join('');

test('a bar ends to an eighth of a column', () => {
  assert.equal(draw(0, 80), '██████████');
  assert.equal(draw(0, 41), '█████▏    ');
  assert.equal(draw(0, 47), '█████▉    ');
});

test('a bar begins to a half', () => {
  assert.equal(draw(4, 16), '▐█        ');
  assert.equal(draw(7, 16), '▕█        ');
});

test('the shortest bar is seen, at the very end too', () => {
  assert.equal(draw(20, 20), '  ▕       ');
  assert.equal(draw(80, 80), '         ▕');
});

test('what lies around the solid part is thin', () => {
  assert.equal(draw(24, 40, [8, 60]), ' ──██───  ');
});

test('times outside the scale, and a trace without duration, stay on the screen', () => {
  assert.equal(draw(-50, 500), '██████████');
  const point = bar({ start_us: 5, duration_us: 0, width: 4 }, { from_us: 5, to_us: 5 });
  assert.equal(point.map(({ text }) => text).join(''), '▏   ');
});
