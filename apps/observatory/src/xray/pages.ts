import type { InputReader } from '../aws/input.ts';
import { fromToken, toToken } from '../aws/token.ts';

/** NextToken of a listing that is made anew for each page: how many items came before it; 0 without one. */
export function readToken(input: InputReader): number {
  const token = input.text('NextToken');
  if (!token) return 0;
  const [from, ...rest] = fromToken(token) ?? [];
  if (typeof from !== 'number' || from < 0 || rest.length > 0) throw input.fail('NextToken is not valid.');
  return from;
}

export function toPage<T>(all: readonly T[], from: number, size: number): { items: T[]; next: { NextToken?: string } } {
  const end = from + size;
  return { items: all.slice(from, end), next: end < all.length ? { NextToken: toToken([end]) } : {} };
}
