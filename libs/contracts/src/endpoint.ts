import type { z } from 'zod';

/** One route of a service as data: the service mounts it, callers call it, the API description is derived from it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Express path; each `:name` in it stands in `params`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Headers that the route reads, by their lower-case names. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Status of success, and the body that goes with it. */
  readonly status: 200 | 201 | 204;
  readonly response: z.ZodType;
  /** Error codes that a caller should expect, by status; 400, 404 for unknown routes, 413 and 500 go without saying. */
  readonly errors?: Readonly<Record<number, readonly string[]>>;
  /** The caller must be signed in (public routes only). */
  readonly signedIn?: true;
}

export type Api = Readonly<Record<string, Endpoint>>;

type Part = 'params' | 'query' | 'headers' | 'body';
type Given<E extends Endpoint> = { [P in Part as E[P] extends z.ZodType ? P : never]: E[P] };

/** What a caller passes: those of params, query, headers and body that the route declares. */
export type Input<E extends Endpoint> = {
  [P in keyof Given<E>]: Given<E>[P] extends z.ZodType ? z.input<Given<E>[P]> : never;
};

/** What a handler receives: the same, parsed. */
export type Parsed<E extends Endpoint> = {
  [P in keyof Given<E>]: Given<E>[P] extends z.ZodType ? z.output<Given<E>[P]> : never;
};

export type Answer<E extends Endpoint> = z.input<E['response']>;
export type Result<E extends Endpoint> = z.output<E['response']>;

/** A port: an API as the functions that a caller sees. Fakes implement it, `httpClient` implements it over HTTP. */
export type Client<A extends Api> = { readonly [K in keyof A]: (input: Input<A[K]>) => Promise<Result<A[K]>> };

export const defineApi = <const A extends Api>(api: A): A => api;
