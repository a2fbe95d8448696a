import type { IncomingMessage } from 'node:http';
import { AwsError } from '../aws/error.ts';
import { InputReader } from '../aws/input.ts';
import { BadRequest, parseJsonObject, readBody } from '../http/body.ts';
import { json, type Reply } from '../http/reply.ts';

type Operation = (input: InputReader) => object | Promise<object>;
/** Operations by the path of their POST. */
export type Operations = Readonly<Record<string, Operation>>;

/** Answers one request in restJson1, X-Ray's protocol: the error's name in `x-amzn-errortype`, its message in the body. */
export async function answerXRay(request: IncomingMessage, path: string, operations: Operations): Promise<Reply> {
  try {
    const operation = request.method === 'POST' && Object.hasOwn(operations, path) ? operations[path] : undefined;
    if (!operation)
      throw new AwsError('UnknownOperationException', `No operation of X-Ray answers ${request.method} ${path}.`, 404);
    const input = parseJsonObject(await readBody(request));
    return json(200, await operation(new InputReader(input, 'InvalidRequestException')));
  } catch (error) {
    return failure(toAwsError(error));
  }
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof BadRequest) {
    return error.status === 413
      ? new AwsError('RequestEntityTooLargeException', error.message, 413)
      : new AwsError('InvalidRequestException', error.message, 400);
  }
  return new AwsError('ThrottledException', 'The observatory cannot do this now; try again.', 429);
}

function failure(error: AwsError): Reply {
  return json(error.status, { Message: error.message }, { 'x-amzn-errortype': error.code });
}
