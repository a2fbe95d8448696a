import express, { type RequestHandler } from 'express';
import { HttpError } from './http-error.ts';

/** The body parser says what is wrong with a body by `status` and `type`. */
function unreadable(error: Error): HttpError {
  const { status, type } = error as Error & { status?: number; type?: string };
  if (type === 'entity.parse.failed') return new HttpError(400, 'bad_json', 'the body is not valid JSON');
  if (status === 413) return new HttpError(413, 'body_too_large', 'the body is larger than this route reads');
  if (status === 415) return new HttpError(415, 'unsupported_media_type', error.message);
  return new HttpError(400, 'bad_request', `the body cannot be read: ${error.message}`);
}

/** Reads a JSON body of at most `limit` bytes. A body of another type is refused: unread it would be called missing. */
export function readBody(limit: number): RequestHandler {
  const parse = express.json({ limit });
  return (request, response, next) => {
    if (request.headers['content-length'] !== '0' && request.is('application/json') === false) {
      const type = request.headers['content-type'] ?? 'of no type';
      throw new HttpError(415, 'unsupported_media_type', `the body is ${type}; send application/json`);
    }
    parse(request, response, (error?: Error) => next(error && unreadable(error)));
  };
}
