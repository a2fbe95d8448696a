import { toXRayTraceId, type Trace } from '@throughline/traces';
import { servicesOf, type Story } from '../story.ts';
import { inWords } from './duration.ts';
import type { Line } from './paint.ts';
import { clean } from './text.ts';

const MOST_MISSING = 6;

const count = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? '' : 's'}`;

/** What trace this is, how long it took, and whether all of it is here. */
export function header({ trace, logs, verdict }: Story): Line[] {
  const { span } = trace.root;
  const status = span.http?.status;
  const failed = span.status !== 'ok';
  const facts = [
    durations(trace),
    count(servicesOf(trace).length, 'service'),
    count(trace.nodes.size, 'span'),
    count(logs.length, 'log line'),
  ];
  return [
    [
      [`${clean(span.service)} ${clean(span.name)}`, 'bold'],
      [status === undefined ? '' : `  ${status}`, failed ? 'red' : 'green'],
      [`  ${new Date(trace.start_us / 1000).toISOString()}`, 'dim'],
    ],
    [['trace  ', 'dim'], [trace.trace_id]],
    [['x-ray  ', 'dim'], [toXRayTraceId(trace.trace_id) ?? '']],
    [[facts.join(' · ')]],
    ...(verdict.complete
      ? [
          [
            ['✓ complete', 'green'],
            ['  every span has its parent, nothing is open', 'dim'],
          ] satisfies Line,
        ]
      : missing(verdict.missing)),
  ];
}

/** A trace that goes on after the answer has two durations. */
function durations(trace: Trace): string {
  const { start_us, end_us } = trace.root.span;
  const all = inWords(trace.duration_us);
  const answer = end_us === undefined ? undefined : inWords(end_us - start_us);
  return answer === undefined || answer === all ? all : `answered in ${answer}, done after ${all}`;
}

function missing(what: readonly string[]): Line[] {
  const shown = what.slice(0, MOST_MISSING);
  const rest = what.length - shown.length;
  return [
    [
      ['✗ incomplete', 'red'],
      ['  what has not come (yet):', 'dim'],
    ],
    ...shown.map((each): Line => [[`    ${clean(each)}`]]),
    ...(rest > 0 ? [[[`    and ${rest} more`, 'dim']] satisfies Line] : []),
  ];
}
