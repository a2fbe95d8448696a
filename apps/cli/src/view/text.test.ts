import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inMs, inWords } from './duration.ts';
import { render } from './paint.ts';
import { screenWidth } from './screen.ts';
import { columns, cut, fit } from './text.ts';

test('wide characters take two columns, combining ones none', () => {
  assert.equal(columns('音楽'), 4);
  assert.equal(columns('e\u0301'), 1);
  assert.equal(cut('音楽会', 4), '音…');
  assert.equal(fit('音', 4), '音  ');
});

test('what is too long ends with an ellipsis', () => {
  assert.equal(cut('orders', 6), 'orders');
  assert.equal(cut('orders', 5), 'orde…');
  assert.equal(cut('orders', 0), '');
  assert.equal(fit('7', 3, 'right'), '  7');
});

test('milliseconds for tables, units for sentences', () => {
  assert.deepEqual([0, 49, 950, 41_240, 999_949, 1_234_567].map(inMs), ['0.0', '0.0', '0.9', '41.2', '999.9', '1235']);
  assert.deepEqual([400, 87_000, 1_320_000, 12_300_000, 250_000_000].map(inWords), [
    '0.4 ms',
    '87 ms',
    '1.32 s',
    '12.3 s',
    '4 min 10 s',
  ]);
});

test('a line is painted piece by piece, cut at the edge and trimmed at its end', () => {
  const paint = (text: string, format: unknown): string => `<${String(format)}>${text}`;
  assert.equal(render([['a ', 'red'], ['bcd', 'dim'], ['   ']], 10, paint), '<red>a <dim>bcd');
  assert.equal(
    render(
      [
        ['abc', 'red'],
        ['def', 'dim'],
      ],
      5,
      paint,
    ),
    '<red>abc<dim>d…',
  );
  assert.equal(render([], 5, paint), '');
});

test('the screen is as wide as the terminal, else as COLUMNS says, else 100', () => {
  const terminal = (columns: number): NodeJS.WriteStream => ({ isTTY: true, columns }) as NodeJS.WriteStream;
  const pipe = { isTTY: false } as NodeJS.WriteStream;
  assert.equal(screenWidth(terminal(133), { COLUMNS: '90' }), 133);
  assert.equal(screenWidth(pipe, { COLUMNS: '90' }), 90);
  assert.equal(screenWidth(pipe, { COLUMNS: 'x' }), 100);
  assert.equal(screenWidth(terminal(20), {}), 72);
  assert.equal(screenWidth(terminal(900), {}), 200);
});
