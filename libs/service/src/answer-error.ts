import type { ErrorBody } from '@throughline/contracts';
import { tracing, type Logger } from '@throughline/telemetry';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { z } from 'zod';
import { HttpError } from './http-error.ts';

/** The router says by a URIError that a path is not well-formed. */
function httpErrorOf(error: Error): HttpError | undefined {
  if (error instanceof HttpError) return error;
  return error instanceof URIError ? new HttpError(400, 'bad_request', 'the path is not well-formed') : undefined;
}

export const noSuchRoute: RequestHandler = (request) => {
  throw new HttpError(404, 'no_route', `there is no ${request.method} ${request.path}`);
};

/** The one place where errors become answers; what is not an HttpError is a 500 whose cause stays in the log. */
export const answerError =
  (log: Logger): ErrorRequestHandler =>
  (thrown: unknown, _request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const answer = httpErrorOf(error) ?? new HttpError(500, 'internal_error', 'something went wrong on our side');
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
