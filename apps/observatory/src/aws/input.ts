import { AwsError } from './error.ts';

export type Input = Record<string, unknown>;

/** Reads an operation's input; a member of the wrong type is refused with `code`, the protocol's error for bad input. */
export class InputReader {
  readonly #input: Input;
  readonly #code: string;

  constructor(input: Input, code: string) {
    this.#input = input;
    this.#code = code;
  }

  fail(message: string): AwsError {
    return new AwsError(this.#code, message);
  }

  text(name: string): string | undefined {
    const value = this.#input[name] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw this.fail(`${name} must be a string.`);
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw this.fail(`${name} is required.`);
    return value;
  }

  flag(name: string, otherwise = false): boolean {
    const value = this.#input[name] ?? otherwise;
    if (typeof value === 'boolean') return value;
    throw this.fail(`${name} must be true or false.`);
  }

  /** A whole number within bounds. */
  integer(name: string, minimum: number, maximum: number): number | undefined {
    const value = this.#input[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw this.fail(`${name} must be a whole number from ${minimum} to ${maximum}.`);
  }

  /** A time as AWS's JSON protocols send it (epoch seconds, or an ISO string), in epoch milliseconds. */
  time(name: string): number | undefined {
    const value = this.#input[name] ?? undefined;
    if (value === undefined) return undefined;
    const milliseconds = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : NaN;
    if (Number.isFinite(milliseconds)) return milliseconds;
    throw this.fail(`${name} must be a time.`);
  }

  /** A structure; empty when it is absent. */
  object(name: string): Input {
    const value = this.#input[name] ?? {};
    if (typeof value === 'object' && !Array.isArray(value)) return value as Input;
    throw this.fail(`${name} must be a structure.`);
  }

  list(name: string): unknown[] {
    const value = this.#input[name] ?? [];
    if (Array.isArray(value)) return value;
    throw this.fail(`${name} must be a list.`);
  }

  texts(name: string): string[] {
    return this.list(name).map((value) => {
      if (typeof value === 'string') return value;
      throw this.fail(`${name} must be a list of strings.`);
    });
  }

  objects(name: string): Input[] {
    return this.list(name).map((value) => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
      throw this.fail(`${name} must be a list of structures.`);
    });
  }

  /** A map of strings. */
  textMap(name: string): Record<string, string> {
    const value = this.#input[name] ?? {};
    const isMap = typeof value === 'object' && !Array.isArray(value);
    if (isMap && Object.values(value).every((item) => typeof item === 'string')) return value as Record<string, string>;
    throw this.fail(`${name} must be a map of strings.`);
  }
}
