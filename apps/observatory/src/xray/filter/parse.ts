import type { AnnotationValue } from '@throughline/traces';
import {
  FilterError,
  FLAGS,
  NUMBERS,
  TEXTS,
  type CauseClass,
  type Comparator,
  type Filter,
  type Selector,
} from './syntax.ts';
import { tokenize, type Token } from './tokens.ts';

const DEEPEST = 100;
const COMPARATORS: ReadonlySet<string> = new Set([
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'CONTAINS',
  'BEGINSWITH',
  'ENDSWITH',
]);
const ON_NUMBERS: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);
const ON_TEXT: ReadonlySet<string> = new Set(['=', '!=', 'CONTAINS', 'BEGINSWITH', 'ENDSWITH']);

/** Reads X-Ray's filter grammar: OR binds weakest, then AND (also by juxtaposition), then `!`. Throws FilterError, which says where. */
export function parseFilter(expression: string): Filter {
  return new Parser(tokenize(expression)).whole();
}

class Parser {
  readonly #tokens: Token[];
  readonly #end: Token = { kind: 'end', text: 'the end', at: 0 };
  #at = 0;
  #depth = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  whole(): Filter {
    const filter = this.#either();
    this.#expect('end', 'AND, OR or the end');
    return filter;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? this.#end;
  }

  #take(): Token {
    const token = this.#next;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #isSign(text: string): boolean {
    return this.#next.kind === 'sign' && this.#next.text === text;
  }

  #isWord(text: string): boolean {
    return this.#next.kind === 'word' && this.#next.text.toUpperCase() === text;
  }

  #skipSign(text: string): boolean {
    const there = this.#isSign(text);
    if (there) this.#at += 1;
    return there;
  }

  #expect(kind: Token['kind'], what: string, text?: string): Token {
    const token = this.#next;
    if (token.kind !== kind || (text !== undefined && token.text !== text)) {
      throw new FilterError(`expected ${what}, found ${token.text}`, token.at);
    }
    return this.#take();
  }

  #either(): Filter {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new FilterError(`it nests deeper than ${DEEPEST}`, this.#next.at);
    const first = this.#both();
    const parts = [first];
    while (this.#isWord('OR')) {
      this.#at += 1;
      parts.push(this.#both());
    }
    this.#depth -= 1;
    return parts.length === 1 ? first : { is: 'or', parts };
  }

  #both(): Filter {
    const first = this.#one();
    const parts = [first];
    for (;;) {
      if (this.#isWord('AND')) this.#at += 1;
      else if (this.#isWord('OR') || !(this.#next.kind === 'word' || this.#isSign('!') || this.#isSign('('))) break;
      parts.push(this.#one());
    }
    return parts.length === 1 ? first : { is: 'and', parts };
  }

  #one(): Filter {
    let negations = 0;
    while (this.#skipSign('!')) negations += 1;
    const part = this.#skipSign('(') ? this.#enclosed(')') : this.#term();
    return negations % 2 === 1 ? { is: 'not', part } : part;
  }

  #enclosed(closing: string): Filter {
    const filter = this.#either();
    this.#expect('sign', closing, closing);
    return filter;
  }

  #term(): Filter {
    const word = this.#expect('word', 'a keyword');
    const keyword = word.text.toLowerCase();
    if (keyword === 'service') return this.#service();
    if (keyword === 'edge') return this.#edge();
    if (keyword === 'id') return { is: 'id', selector: this.#idParts() };
    if (keyword === 'annotation') return this.#annotation(this.#bracketedKey());
    if (keyword.startsWith('annotation.')) return this.#annotation(word.text.slice('annotation.'.length));
    if (keyword === 'group.name' || keyword === 'group.arn') return this.#group(keyword, word.at);
    if (keyword === 'json') return this.#json(undefined);
    if (keyword.startsWith('rootcause.')) return this.#cause(word);
    if (FLAGS.has(keyword)) return this.#flag(keyword);
    if (NUMBERS.has(keyword)) return this.#number(keyword);
    if (TEXTS.has(keyword)) return this.#text(keyword);
    throw new FilterError(`unknown keyword ${word.text}`, word.at);
  }

  #flag(keyword: string): Filter {
    const flag: Filter = { is: 'flag', keyword };
    const at = this.#next.at;
    const comparator = this.#comparator();
    if (!comparator) return flag;
    const wanted = this.#value();
    if (typeof wanted !== 'boolean' || (comparator !== '=' && comparator !== '!=')) {
      throw new FilterError(`${keyword} compares with = or != to true or false`, at);
    }
    return wanted === (comparator === '=') ? flag : { is: 'not', part: flag };
  }

  #number(keyword: string): Filter {
    const at = this.#next.at;
    const comparator = this.#comparator();
    if (!comparator) return { is: 'set', keyword };
    if (!ON_NUMBERS.has(comparator)) throw new FilterError(`${keyword} needs a comparison of numbers`, at);
    const value = this.#value();
    if (typeof value !== 'number') throw new FilterError(`${keyword} compares to a number`, at);
    return { is: 'number', keyword, comparator, value };
  }

  #text(keyword: string): Filter {
    const at = this.#next.at;
    const comparator = this.#comparator();
    if (!comparator) return { is: 'set', keyword };
    if (!ON_TEXT.has(comparator)) throw new FilterError(`${keyword} needs a comparison of strings`, at);
    const value = this.#value();
    if (typeof value !== 'string') throw new FilterError(`${keyword} compares to a string in double quotes`, at);
    return { is: 'text', keyword, comparator, value };
  }

  #group(keyword: 'group.name' | 'group.arn', at: number): Filter {
    const comparator = this.#comparator();
    if (comparator !== '=' && comparator !== '!=')
      throw new FilterError(`${keyword} compares with = or !=`, this.#next.at);
    const { text: value } = this.#expect('string', 'a string in double quotes');
    const group: Filter = { is: 'group', by: keyword === 'group.name' ? 'name' : 'arn', value, at };
    return comparator === '=' ? group : { is: 'not', part: group };
  }

  #cause(word: Token): Filter {
    const [, of = '', part = ''] = /^rootcause\.(?:(fault|error|responsetime)\.)?(\w+)$/i.exec(word.text) ?? [];
    const kind = of.toLowerCase() as CauseClass | '';
    const element = part.toLowerCase();
    if (element === 'json') return this.#json(kind || undefined);
    const hasPart =
      element === 'service' || element === 'entity' || (element === 'exception' && kind !== 'responsetime');
    if (!kind || !hasPart) throw new FilterError(`unknown keyword ${word.text}`, word.at);
    const within = this.#within();
    return { is: 'cause', of: kind, part: element, ...(within && { within }) };
  }

  #json(of: CauseClass | undefined): Filter {
    const comparator = this.#comparator();
    if (comparator !== '=' && comparator !== '!=') throw new FilterError('json compares with = or !=', this.#next.at);
    const token = this.#expect('json', '# and a JSON list or object');
    try {
      const json: Filter = { is: 'json', of, wanted: JSON.parse(token.text) as unknown };
      return comparator === '=' ? json : { is: 'not', part: json };
    } catch {
      throw new FilterError('what follows # is not valid JSON', token.at);
    }
  }

  #annotation(key: string): Filter {
    const at = this.#next.at;
    if (key === '') throw new FilterError('the annotation key is missing', at);
    const comparator = this.#comparator();
    if (!comparator) return { is: 'annotation', key };
    const value = this.#value();
    const allowed = typeof value === 'number' ? ON_NUMBERS : typeof value === 'string' ? ON_TEXT : new Set(['=', '!=']);
    if (!allowed.has(comparator))
      throw new FilterError(`${comparator} does not compare with ${JSON.stringify(value)}`, at);
    return { is: 'annotation', key, test: { comparator, value } };
  }

  #bracketedKey(): string {
    this.#expect('sign', '[ or .', '[');
    const key = this.#take();
    if (key.kind !== 'word' && key.kind !== 'string') throw new FilterError('expected an annotation key', key.at);
    this.#expect('sign', ']', ']');
    return key.text;
  }

  #comparator(): Comparator | undefined {
    const text = this.#next.kind === 'word' ? this.#next.text.toUpperCase() : this.#next.text;
    if ((this.#next.kind !== 'sign' && this.#next.kind !== 'word') || !COMPARATORS.has(text)) return undefined;
    this.#at += 1;
    return text as Comparator;
  }

  #value(): AnnotationValue {
    const token = this.#take();
    if (token.kind === 'string') return token.text;
    if (token.kind === 'number') return Number(token.text);
    const word = token.kind === 'word' ? token.text.toLowerCase() : '';
    if (word === 'true' || word === 'false') return word === 'true';
    throw new FilterError(`expected a value, found ${token.text}`, token.at);
  }

  #service(): Filter {
    this.#expect('sign', '(', '(');
    const selector = this.#isSign(')') ? {} : this.#selector();
    this.#expect('sign', ')', ')');
    const within = this.#within();
    return { is: 'service', selector, ...(within && { within }) };
  }

  #edge(): Filter {
    this.#expect('sign', '(', '(');
    let from: Selector = {};
    let to: Selector = {};
    if (!this.#isSign(')')) {
      from = this.#selector();
      this.#expect('sign', ',', ',');
      to = this.#selector();
    }
    this.#expect('sign', ')', ')');
    const within = this.#within();
    return { is: 'edge', from, to, ...(within && { within }) };
  }

  #within(): Filter | undefined {
    return this.#skipSign('{') ? this.#enclosed('}') : undefined;
  }

  #selector(): Selector {
    if (!this.#isWord('ID')) return { name: this.#expect('string', 'a name in double quotes').text };
    this.#at += 1;
    return this.#idParts();
  }

  #idParts(): Selector {
    this.#expect('sign', '(', '(');
    const selector: Selector = {};
    do {
      const part = this.#expect('word', 'name, type or account.id');
      this.#expect('sign', ':', ':');
      const value = this.#expect('string', 'a string in double quotes').text;
      const name = part.text.toLowerCase();
      if (name === 'name') selector.name = value;
      else if (name === 'type') selector.type = value;
      else if (name === 'account.id') selector.account = value;
      else throw new FilterError(`id() has no part ${part.text}`, part.at);
    } while (this.#skipSign(','));
    this.#expect('sign', ')', ')');
    return selector;
  }
}
