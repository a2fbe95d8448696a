import type { ErrorBody } from '@throughline/contracts';
import { tracing, type Logger } from '@throughline/telemetry';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { z } from 'zod';
import { HttpError } from './http-error.ts';

const unsupported = (message: string): HttpError => new HttpError(415, 'unsupported_media_type', message);

/** Body parser and router say what is wrong with a request by `status` and `type`; a status alone may be anybody's. */
function fromExpress(error: Error): HttpError | undefined {
  const { status, type } = error as Error & { status?: unknown; type?: unknown };
  if (type === 'entity.parse.failed') return new HttpError(400, 'bad_json', 'the body is not valid JSON');
  if (type === 'entity.too.large')
    return new HttpError(413, 'body_too_large', 'the body is larger than this route reads');
  const theirs = typeof type === 'string' || error instanceof URIError;
  if (theirs && status === 415) return unsupported(error.message);
  if (theirs && typeof status === 'number' && status >= 400 && status < 500) {
    return new HttpError(status, 'bad_request', error.message);
  }
  return undefined;
}

/** A body of another type than JSON would go unread, and be called missing. */
export const onlyJson: RequestHandler = (request, _response, next) => {
  if (request.is('application/json') === false) {
    throw unsupported(`the body is ${request.headers['content-type'] ?? 'of no type'}; send application/json`);
  }
  next();
};

export const noSuchRoute: RequestHandler = (request) => {
  throw new HttpError(404, 'no_route', `there is no ${request.method} ${request.path}`);
};

/** The one place where errors become answers; what is not an HttpError is a 500 whose cause stays in the log. */
export const answerError =
  (log: Logger): ErrorRequestHandler =>
  (thrown: unknown, _request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const known = error instanceof HttpError ? error : fromExpress(error);
    const answer = known ?? new HttpError(500, 'internal_error', 'something went wrong on our side');
    if (answer.status >= 500) {
      tracing.fail(error);
      log.error({ event: 'error', code: answer.code, err: error }, error.message);
    }
    const trace_id = tracing.ids()?.trace_id;
    const body: z.infer<typeof ErrorBody> = {
      error: {
        code: answer.code,
        message: answer.message,
        ...(answer.details !== undefined && { details: answer.details }),
        ...(trace_id && { trace_id }),
      },
    };
    response.status(answer.status).json(body);
  };
