import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** A POST as a handler sees it, without a socket. */
export function postRequest(
  url: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): IncomingMessage {
  const stream = Readable.from(body.length > 0 ? [Buffer.from(body)] : []);
  return Object.assign(stream, { method: 'POST', url, headers }) as unknown as IncomingMessage;
}
