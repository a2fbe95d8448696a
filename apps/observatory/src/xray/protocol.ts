import type { IncomingMessage } from 'node:http';
import { AwsError } from '../aws/error.ts';
import { InputReader } from '../aws/input.ts';
import { xrayModel } from '../aws/model.ts';
import { constraintMessage, validate } from '../aws/validate.ts';
import { BadRequest, parseJsonObject, readBody } from '../http/body.ts';
import { json, type Reply } from '../http/reply.ts';

type Operation = (input: InputReader) => object | Promise<object>;
/** Operations by their names in X-Ray's model. Their input has been checked against it. */
export type Operations = Readonly<Record<string, Operation>>;

const NAMES = new Map(Object.entries(xrayModel.operations).map(([name, { path }]) => [path, name]));

/** Answers one request in restJson1, X-Ray's protocol: the error's name in `x-amzn-errortype`, its message in the body. */
export async function answerXRay(request: IncomingMessage, path: string, operations: Operations): Promise<Reply> {
  try {
    const name = request.method === 'POST' ? NAMES.get(path) : undefined;
    const operation = name !== undefined && Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!name || !operation) throw unknownOperation(request.method, path, name);
    const input = parseJsonObject(await readBody(request));
    check(name, input);
    return json(200, await operation(new InputReader(input, 'InvalidRequestException')));
  } catch (error) {
    return failure(toAwsError(error));
  }
}

function unknownOperation(method: string | undefined, path: string, name: string | undefined): AwsError {
  const what = name ? `${name} is not offered here` : `No operation of X-Ray answers ${method} ${path.slice(0, 200)}`;
  return new AwsError('UnknownOperationException', `${what}.`, 404);
}

function check(name: string, input: object): void {
  const shape = xrayModel.operations[name]?.input;
  if (!shape) return;
  const { types, constraints } = validate(xrayModel, shape, input);
  if (types.length > 0) throw new AwsError('SerializationException', `${types.join('; ')}.`);
  if (constraints.length > 0) throw new AwsError('InvalidRequestException', constraintMessage(constraints));
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof BadRequest) {
    return error.status === 413
      ? new AwsError('RequestEntityTooLargeException', error.message, 413)
      : new AwsError('SerializationException', error.message, 400);
  }
  return new AwsError('ThrottledException', 'The observatory cannot do this now; try again.', 429);
}

function failure(error: AwsError): Reply {
  return json(error.status, { Message: error.message }, { 'x-amzn-errortype': error.code });
}
