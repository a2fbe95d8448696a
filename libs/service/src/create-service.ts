import type { Api, Answer, Endpoint, Parsed } from '@throughline/contracts';
import { tracing, type Logger } from '@throughline/telemetry';
import express, { type Express, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { answerError, noSuchRoute } from './answer-error.ts';
import { HttpError } from './http-error.ts';
import { logRequests } from './log-requests.ts';
import { readBody } from './read-body.ts';

export type Handler<E extends Endpoint> = (input: Parsed<E>, request: Request) => Promise<Answer<E>>;
export type Handlers<A extends Api> = { readonly [K in keyof A]: Handler<A[K]> };

interface ServiceParts<A extends Api> {
  readonly api: A;
  readonly handlers: Handlers<A>;
  readonly log: Logger;
  /** Largest body that is read, in bytes; a larger one gets 413. */
  readonly maxBodyBytes?: number;
  /** Further routes, mounted before the API's. */
  readonly extend?: (app: Express) => void;
}

/** A body of many mistakes is told this many; an answer much larger than its request helps nobody. */
const MOST_DETAILS = 20;

const parts = ['params', 'query', 'headers', 'body'] as const;

/** Parses what the contract names; everything that is wrong goes into one 400. */
function parse<E extends Endpoint>(endpoint: E, request: Request): Parsed<E> {
  const input: Record<string, unknown> = {};
  const details: { at: string; problem: string }[] = [];
  for (const part of parts) {
    const schema: z.ZodType | undefined = endpoint[part];
    const result = schema?.safeParse(request[part]);
    if (result?.success) input[part] = result.data;
    for (const issue of result?.error?.issues ?? []) {
      details.push({ at: [part, ...issue.path.map(String)].join('.'), problem: issue.message });
    }
  }
  if (details.length > 0) {
    const told = details.slice(0, MOST_DETAILS);
    const summary = told.map(({ at, problem }) => `${at}: ${problem}`).join('; ');
    throw new HttpError(400, 'bad_request', summary, { details: told });
  }
  return input as Parsed<E>;
}

const nameRoute =
  ({ path }: Endpoint): RequestHandler =>
  (_request, _response, next) => {
    tracing.route(path);
    next();
  };

const mount =
  <E extends Endpoint>(endpoint: E, handler: Handler<E>): RequestHandler =>
  async (request, response) => {
    const answer = await handler(parse(endpoint, request), request);
    response.status(endpoint.status).json(answer);
  };

/** The skeleton of every service: health, tracing, request log, the contract's routes, errors in one shape. */
export function createService<A extends Api>({
  api,
  handlers,
  log,
  maxBodyBytes = 65_536,
  extend,
}: ServiceParts<A>): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.use(...tracing.onRequest, logRequests(log));
  extend?.(app);
  for (const [name, endpoint] of Object.entries(api)) {
    const method = endpoint.method.toLowerCase() as 'get' | 'post' | 'delete';
    // The body is read behind the route's name, so that a request whose body is refused has a route too.
    const body = endpoint.body ? [readBody(maxBodyBytes)] : [];
    const handler = mount(endpoint, handlers[name as keyof A] as Handler<Endpoint>);
    app[method](endpoint.path, nameRoute(endpoint), ...body, handler);
  }
  app.use(noSuchRoute, answerError(log));
  return app;
}
