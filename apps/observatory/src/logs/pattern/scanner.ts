/** A filter pattern that cannot be read; the message says what and where. */
export class PatternError extends Error {}

/** Walks over a pattern's characters. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  skipSpace(): this {
    while (!this.done && /\s/.test(this.text.charAt(this.at))) this.at += 1;
    return this;
  }

  peek(expected: string): boolean {
    return this.text.startsWith(expected, this.at);
  }

  /** Passes the expected text, if it is next. */
  take(expected: string): boolean {
    if (!this.peek(expected)) return false;
    this.at += expected.length;
    return true;
  }

  need(expected: string): void {
    if (!this.take(expected)) throw this.error(`expected ${expected}`);
  }

  /** Passes what a sticky expression matches here. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text) ?? undefined;
    if (found) this.at += found[0].length;
    return found;
  }

  error(reason: string): PatternError {
    return new PatternError(`Invalid filter pattern: ${reason} at character ${this.at + 1}.`);
  }
}
