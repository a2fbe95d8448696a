import { measure, tracing, type Logger } from '@throughline/telemetry';
import type { RequestHandler } from 'express';

/** One line a request, when it is answered or given up, with the ids of its own span. */
export const logRequests =
  (log: Logger): RequestHandler =>
  (request, response, next) => {
    const start = performance.now();
    const ids = tracing.ids();
    response.once('close', () => {
      const durationMs = performance.now() - start;
      const { method } = request;
      const status = response.statusCode;
      const route = (request.route as { path?: string } | undefined)?.path;
      measure({ route: route ?? 'unknown', method, status, durationMs });
      const line = {
        ...ids,
        event: 'request',
        method,
        route,
        status,
        duration_ms: Math.round(durationMs * 10) / 10,
        ...(!response.writableFinished && { aborted: true }),
      };
      log[response.statusCode >= 500 ? 'error' : 'info'](
        line,
        `${line.method} ${line.route ?? 'unknown route'} ${line.status}`,
      );
    });
    next();
  };
