import type { IncomingMessage } from 'node:http';
import { BadRequest, parseJsonObject, readBody } from '../http/body.ts';
import { json, type Reply } from '../http/reply.ts';
import { decode, encodeBytes, encodeNumberAndText } from './protobuf.ts';

type Encoding = 'protobuf' | 'json';

/** What was left out of an export, as OTLP's partial success. */
interface Accepted {
  rejected: number;
  reason: string;
}

/** One OTLP/HTTP signal: its request message, the name of its count of rejected items, and what stores it. */
export interface Signal {
  message: 'ExportTraceServiceRequest' | 'ExportLogsServiceRequest';
  rejectedField: string;
  store(decoded: unknown, request: IncomingMessage): Promise<Accepted>;
}

const INVALID_ARGUMENT = 3;
const UNAVAILABLE = 14;

/** Answers one export as OTLP/HTTP says: 200 with the response message, or an error with a google.rpc.Status, in the request's encoding. */
export async function answerExport(request: IncomingMessage, signal: Signal): Promise<Reply> {
  const encoding = encodingOf(request);
  try {
    if (request.method !== 'POST') throw new BadRequest(405, 'OTLP exports are POST requests.');
    if (!encoding) {
      throw new BadRequest(415, 'Content-Type must be application/x-protobuf or application/json.');
    }
    const accepted = await signal.store(decodeBody(await readBody(request), encoding, signal.message), request);
    return success(encoding, signal, accepted);
  } catch (error) {
    if (error instanceof BadRequest) return failure(encoding, error.status, INVALID_ARGUMENT, error.message);
    return failure(encoding, 503, UNAVAILABLE, 'The observatory cannot store this now; try again.');
  }
}

function encodingOf(request: IncomingMessage): Encoding | undefined {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

function decodeBody(body: Buffer, encoding: Encoding, message: Signal['message']): unknown {
  if (encoding === 'json') return parseJsonObject(body);
  try {
    return decode(message, body);
  } catch (cause) {
    throw new BadRequest(400, `The body is not a valid ${message}: ${(cause as Error).message}.`, { cause });
  }
}

function success(encoding: Encoding, signal: Signal, { rejected, reason }: Accepted): Reply {
  if (encoding === 'json') {
    const partial = { partialSuccess: { [signal.rejectedField]: String(rejected), errorMessage: reason } };
    return json(200, rejected > 0 ? partial : {});
  }
  const body = rejected > 0 ? encodeBytes(1, encodeNumberAndText([1, rejected], [2, reason])) : Buffer.alloc(0);
  return { status: 200, body, headers: { 'content-type': 'application/x-protobuf' } };
}

function failure(encoding: Encoding | undefined, status: number, code: number, message: string): Reply {
  const headers: Record<string, string> =
    status === 503 ? { 'retry-after': '1' } : status === 405 ? { allow: 'POST' } : {};
  if (encoding !== 'protobuf') return json(status, { code, message }, headers);
  return {
    status,
    body: encodeNumberAndText([1, code], [2, message]),
    headers: { 'content-type': 'application/x-protobuf', ...headers },
  };
}
