import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError, unexpectedError } from '../aws/error.ts';
import { InputReader, type Input } from '../aws/input.ts';
import { logsModel } from '../aws/model.ts';
import { constraintMessage, validate } from '../aws/validate.ts';
import { BadRequest, parseJsonObject, readBody } from '../http/body.ts';
import { json, type Reply } from '../http/reply.ts';

type LogsOperation = (input: InputReader) => object | Promise<object>;
/** Operations by name, as X-Amzn-Target gives it after `Logs_20140328.`. */
export type LogsOperations = Readonly<Record<string, LogsOperation>>;

const TARGET = /^Logs_20140328\.(\w+)$/;
const INVALID = 'InvalidParameterException';

/** Answers one request in awsJson1.1, CloudWatch Logs' protocol: the error's name in `__type`. */
export async function answerLogs(request: IncomingMessage, target: string, operations: LogsOperations): Promise<Reply> {
  try {
    const name = TARGET.exec(target)?.[1];
    const operation = name !== undefined && Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!name || !operation) throw new AwsError('UnknownOperationException', `There is no operation ${target}.`);
    const input = parseJsonObject(await readBody(request));
    check(name, input);
    return answer(200, await operation(new InputReader(input, INVALID)));
  } catch (error) {
    const { status, code, message } = toAwsError(error);
    return answer(status, { __type: code, message });
  }
}

/** Log events are checked where they are read, once for all: there may be ten thousand of them. */
function check(operation: string, { logEvents, ...input }: Input): void {
  const shape = logsModel.operations[operation]?.input;
  if (shape === undefined) return;
  const { types, constraints } = validate(
    logsModel,
    shape,
    logEvents === undefined ? input : { ...input, logEvents: [{ timestamp: 0, message: '-' }] },
  );
  if (types.length > 0) throw new AwsError('SerializationException', `${types.join('; ')}.`);
  if (constraints.length > 0) throw new AwsError(INVALID, constraintMessage(constraints));
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof BadRequest) {
    return error.status === 413
      ? new AwsError('RequestEntityTooLargeException', error.message, 413)
      : new AwsError('SerializationException', error.message);
  }
  return unexpectedError(error);
}

function answer(status: number, body: object): Reply {
  return json(status, body, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
}
