import type { Trace } from '@throughline/traces';
import { bar, type Scale } from './bar.ts';
import { inMs, inWords } from './duration.ts';
import { title, type Line, type Piece } from './paint.ts';
import { rowsOf, type Row, type RowKind } from './rows.ts';
import { columns, cut, fit } from './text.ts';

const KINDS: Record<
  RowKind,
  readonly [label: string, colour: 'blue' | 'green' | 'yellow' | 'magenta' | 'cyan' | 'gray']
> = {
  http: ['HTTP', 'blue'],
  sql: ['SQL', 'green'],
  dynamodb: ['DDB', 'yellow'],
  sqs: ['SQS', 'magenta'],
  aws: ['AWS', 'cyan'],
  internal: ['', 'gray'],
};
const SDKS = { otel: ['O', 'cyan'], xray: ['X', 'yellow'], unknown: [' ', 'dim'] } as const;
/** Columns of start, took and gap. */
const NUMBERS = [7, 7, 6] as const;
const GUTTER = 7;
/** Beyond it a wide screen serves the bars. */
const LONGEST_NAME = 60;

interface Layout {
  readonly name: number;
  readonly scale: Scale;
}

function layoutOf(trace: Trace, width: number): Layout {
  const rest = width - GUTTER - NUMBERS[0] - NUMBERS[1] - NUMBERS[2] - 2;
  const name = Math.min(LONGEST_NAME, rest - Math.max(12, Math.floor(width * 0.26)));
  const bars = rest - name;
  return { name, scale: { start_us: trace.start_us, duration_us: trace.duration_us, width: bars } };
}

/** The trace as a tree, each span with its start, duration, gap to its caller and a bar over the trace's duration. */
export function waterfall(trace: Trace, width: number): Line[] {
  const layout = layoutOf(trace, width);
  const { scale, name } = layout;
  const end = inWords(trace.duration_us);
  const heads = ['start', 'took', 'gap'].map((head, index) => fit(head, NUMBERS[index] ?? 0, 'right')).join('');
  const axis = `  0 ${'─'.repeat(Math.max(1, scale.width - columns(end) - 3))} ${end}`;
  return [
    title('waterfall', width),
    [[`${' '.repeat(GUTTER)}${fit('service and operation (times in ms)', name)}${heads}${axis}`, 'dim']],
    ...rowsOf(trace).flatMap((row) => lines(row, layout)),
    [],
    legend,
  ];
}

function lines(row: Row, layout: Layout): Line[] {
  const { name, scale } = layout;
  const [label, colour] = KINDS[row.kind];
  const [badge, badgeColour] = SDKS[row.sdk];
  const failed = row.span.status !== 'ok' || row.problem !== undefined;
  const start = inMs(row.start_us - scale.start_us);
  const took = row.end_us === undefined ? 'open' : inMs(row.end_us - row.start_us);
  const gap = row.gap_us === undefined ? '' : inMs(row.gap_us);
  const extent = { from_us: row.start_us, to_us: row.end_us ?? scale.start_us + scale.duration_us };
  const solid = row.inner ? { from_us: row.inner.start_us, to_us: row.inner.end_us ?? extent.to_us } : extent;
  const outer = row.queued_us === undefined ? extent : { ...extent, from_us: row.queued_us };
  const main: Line = [
    [badge, badgeColour],
    [' '],
    [fit(label, GUTTER - 2), colour],
    ...nameOf(row, name, failed),
    [fit(start, NUMBERS[0], 'right'), 'dim'],
    [fit(took, NUMBERS[1], 'right'), failed ? 'red' : undefined] as Piece,
    [fit(gap, NUMBERS[2], 'right'), 'dim'],
    ['  '],
    ...bar(scale, solid, outer, row.queued_us === undefined ? '─' : '┈').map(({ text, solid: full }): Piece => [
      text,
      full ? (failed ? 'red' : colour) : 'dim',
    ]),
  ];
  const notes = [
    ...(row.problem ? [`✗ ${row.problem}`] : []),
    ...(row.orphan ? [`? its parent ${row.span.parent_id} is not here`] : []),
  ];
  return [main, ...notes.map((note): Line => [[' '.repeat(GUTTER)], [shorten(row.under, name), 'dim'], [note, 'red']])];
}

function nameOf(row: Row, width: number, failed: boolean): Piece[] {
  const guide = shorten(row.guide, width);
  const who = cut(row.outside ? `→ ${row.who}` : row.who, width - columns(guide));
  const used = columns(guide) + columns(who) + (who === '' ? 0 : 1);
  const status = row.http_status === undefined ? '' : ` ${row.http_status}`;
  const operation = cut(row.operation, width - used - columns(status)) + status;
  const strong = row.kind === 'http' || row.inner !== undefined || row.span.kind === 'consumer';
  return [
    [guide, 'dim'],
    [who === '' ? '' : `${who} `, failed ? ['red', 'bold'] : strong && !row.outside ? 'bold' : undefined],
    [fit(operation, Math.max(0, width - used)), failed ? 'red' : row.who === '' ? 'dim' : undefined],
  ];
}

/** A guide that leaves room for a name beside it, however deep the tree is. */
function shorten(guide: string, width: number): string {
  const most = Math.max(2, width - 20);
  return guide.length <= most ? guide : `…${guide.slice(guide.length - most + 1)}`;
}

const legend: Line = [
  ['O ', 'cyan'],
  ['OpenTelemetry  ', 'dim'],
  ['X ', 'yellow'],
  ['X-Ray SDK  ', 'dim'],
  ['→ third party  ── network, accept queue  ┈┈ waiting in SQS', 'dim'],
];
