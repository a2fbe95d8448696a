import type { Scanner } from './scanner.ts';

/** The way to a member: names, indexes, `*` for every member or element. */
export type Selector = readonly (string | number | typeof EVERY)[];

const EVERY = Symbol('every');
const NAME = /[^\s.[\](){}=!<>&|"'%,*]+/y;
const INDEX = /\d+/y;
const QUOTED = /'([^']*)'|"([^"]*)"/y;
/** Deeper than this nobody nests; more values than this are not looked at. */
const MOST_FOUND = 10_000;

/** Reads `$.detail.items[0].['cluster.name']`. */
export function readSelector(scanner: Scanner): Selector {
  scanner.need('$');
  const steps: (string | number | typeof EVERY)[] = [];
  for (;;) {
    const dotted = scanner.take('.');
    if (scanner.take('[')) steps.push(readBracket(scanner));
    else if (dotted && scanner.take('*')) steps.push(EVERY);
    else if (dotted) steps.push(readName(scanner));
    else break;
  }
  if (steps.length === 0) throw scanner.error('expected a member, such as $.name,');
  return steps;
}

function readName(scanner: Scanner): string {
  const name = scanner.match(NAME)?.[0];
  if (name === undefined) throw scanner.error("expected a member's name");
  return name;
}

function readBracket(scanner: Scanner): string | number | typeof EVERY {
  const quoted = scanner.skipSpace().match(QUOTED);
  const index = quoted ? undefined : scanner.match(INDEX)?.[0];
  const every = !quoted && index === undefined && scanner.take('*');
  scanner.skipSpace().need(']');
  if (quoted) return quoted[1] ?? quoted[2] ?? '';
  if (index !== undefined) return Number(index);
  if (every) return EVERY;
  throw scanner.error('expected an index or a quoted name');
}

/** The values that the selector leads to; none where a step leads nowhere. */
export function select(root: unknown, selector: Selector): unknown[] {
  let found: unknown[] = [root];
  for (const step of selector) {
    found = found.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      if (step === EVERY) return Object.values(value);
      if (typeof step === 'number' ? !Array.isArray(value) : Array.isArray(value)) return [];
      return Object.hasOwn(value, step) ? [(value as Record<string | number, unknown>)[step]] : [];
    });
    if (found.length > MOST_FOUND) found.length = MOST_FOUND;
  }
  return found;
}
