import { readJson } from './json.ts';
import { PatternError, Scanner } from './scanner.ts';
import { readTerms } from './terms.ts';
import { readWords } from './words.ts';

/** A filter pattern that was read. */
export interface LogPattern {
  matches(message: string): boolean;
  /** The trace id that every match holds, as 32 hex; such a search needs no scan. */
  traceId?: string;
}

const LONGEST = 1024;

/**
 * Reads a filter pattern: terms, `[words]` or `{ $.json }`. Undefined for one that takes everything. Throws PatternError.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parsePattern(pattern: string): LogPattern | undefined {
  const text = pattern.trim();
  if (text === '' || text === '""') return undefined;
  if (text.length > LONGEST) throw new PatternError(`A filter pattern has at most ${LONGEST} characters.`);
  const scanner = new Scanner(text);
  if (text.startsWith('{')) return readJson(scanner);
  return text.startsWith('[') ? readWords(scanner) : readTerms(scanner);
}
