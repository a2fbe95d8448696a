import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Requests may have this many bytes, before and after decompression. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

const unzip = promisify(gunzip);

/** A request that cannot be answered; each protocol renders it in its own shape. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The whole body, unzipped where it says gzip. Throws BadRequest: 413 too large, 415 another encoding, 400 broken gzip. */
export async function readBody(request: IncomingMessage, limit = MAX_BODY_BYTES): Promise<Buffer> {
  const tooLarge = () => new BadRequest(413, `The request has more than ${limit} bytes; send it in smaller parts.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity' || body.length === 0) return body;
  if (encoding !== 'gzip')
    throw new BadRequest(415, `Content-Encoding ${encoding} is not supported; use gzip or none.`);
  try {
    return await unzip(body, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new BadRequest(400, 'The body is not valid gzip.', { cause });
  }
}

/** The body as a JSON object; an empty one reads as {}. Throws BadRequest 400. */
export function parseJsonObject(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new BadRequest(400, 'The body is not valid JSON.', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadRequest(400, 'The body is not a JSON object.');
  }
  return value as Record<string, unknown>;
}
