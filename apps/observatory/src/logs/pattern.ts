import { toTraceId } from '@throughline/traces';

/** A filter pattern of terms. Matching is by substring and case-sensitive. */
export interface TermPattern {
  /** All of these. */
  required: string[];
  /** Any of these; without effect beside required terms, as at AWS. */
  optional: string[];
  /** None of these. */
  excluded: string[];
}

export class PatternError extends Error {}

const LONGEST = 1024;
const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/gsy;
const PLAIN = /^\w+$/u;

/**
 * Reads an unstructured filter pattern: terms, "quoted terms", `?any` and `-none`. Undefined for one that takes everything.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parsePattern(pattern: string): TermPattern | undefined {
  const text = pattern.trim();
  if (text === '' || text === '""') return undefined;
  if (text.length > LONGEST) throw new PatternError(`A filter pattern has at most ${LONGEST} characters.`);
  if (/^[{[%]/.test(text)) {
    throw new PatternError('JSON, space-delimited and regular expression patterns are not supported yet; use terms.');
  }
  const parsed: TermPattern = { required: [], optional: [], excluded: [] };
  TERM.lastIndex = 0;
  for (let at = 0; at < text.length; at = skipSpace(text, TERM.lastIndex)) {
    TERM.lastIndex = at;
    const term = TERM.exec(text);
    if (!term) throw new PatternError(`Invalid filter pattern at character ${at + 1}.`);
    const [, sign, quoted, plain] = term;
    if (plain !== undefined && !PLAIN.test(plain)) {
      throw new PatternError(`Put ${plain} in double quotes: a bare term has letters, digits and underscores only.`);
    }
    const list = sign === '?' ? parsed.optional : sign === '-' ? parsed.excluded : parsed.required;
    list.push(plain ?? (quoted ?? '').replaceAll(/\\(.)/gs, '$1'));
  }
  return parsed;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  return at;
}

export function matchesPattern({ required, optional, excluded }: TermPattern, message: string): boolean {
  if (excluded.some((term) => message.includes(term))) return false;
  if (required.length > 0) return required.every((term) => message.includes(term));
  return optional.length === 0 || optional.some((term) => message.includes(term));
}

/** The trace id that every match must hold, as 32 hex; such a search needs no scan. */
export function requiredTraceId(pattern: TermPattern | undefined): string | undefined {
  return pattern?.required.map(toTraceId).find((id) => id !== undefined);
}
