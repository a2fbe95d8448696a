import type { InputReader } from '../aws/input.ts';
import { fromToken, toToken } from '../aws/token.ts';

const MOST_LISTED = 50;

/** One page of a listing, by `limit` and `nextToken`, and the token of the next one. */
export function paged<T>(input: InputReader, all: readonly T[]): { page: T[]; nextToken: { nextToken?: string } } {
  const limit = input.integer('limit', 1, MOST_LISTED) ?? MOST_LISTED;
  const token = input.text('nextToken');
  const [offset] = token === undefined ? [0] : (fromToken(token) ?? []);
  if (typeof offset !== 'number' || offset < 0) throw input.fail('The specified nextToken is invalid.');
  const end = offset + limit;
  return { page: all.slice(offset, end), nextToken: end < all.length ? { nextToken: toToken([end]) } : {} };
}
