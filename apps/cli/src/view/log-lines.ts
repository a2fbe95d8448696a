import type { Trace } from '@throughline/traces';
import type { LogLine } from '../story.ts';
import { inMs } from './duration.ts';
import { title, type Line, type Piece } from './paint.ts';
import { clean, columns, fit } from './text.ts';

const TIME = 8;
const LEVEL = 6;
const LEVELS: Record<string, Piece[1]> = { warn: 'yellow', error: 'red', fatal: 'red', debug: 'dim', trace: 'dim' };

/** The log lines of a trace in the order of time, each with the operation of the span that wrote it. */
export function logLines(trace: Trace, logs: readonly LogLine[], width: number): Line[] {
  if (logs.length === 0) return [title('logs', width), [['no log line of this trace was found', 'dim']]];
  const service = Math.min(16, Math.max(...logs.map((line) => columns(clean(line.service))))) + 1;
  const span = Math.floor(width * 0.3);
  const message = Math.max(10, width - TIME - 2 - LEVEL - service - span - 2);
  return [
    title('logs', width),
    ...logs.map((line): Line => {
      const operation = line.span_id === undefined ? undefined : trace.nodes.get(line.span_id)?.span.name;
      const colour = LEVELS[line.level];
      return [
        [fit(inMs(line.time_ms * 1000 - trace.start_us), TIME, 'right'), 'dim'],
        ['  '],
        [fit(clean(line.level), LEVEL), colour ?? 'dim'],
        [fit(clean(line.service), service), 'bold'],
        [fit(clean(line.message), message), colour],
        ['  '],
        [operation === undefined ? 'no span' : clean(operation), 'dim'],
      ];
    }),
  ];
}
