import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CborError, decodeCbor, encodeCbor } from '../aws/cbor.ts';
import { AwsError, unexpectedError } from '../aws/error.ts';
import { InputReader, type Input } from '../aws/input.ts';
import { cloudWatchModel } from '../aws/model.ts';
import { element, readQuery } from '../aws/query.ts';
import { constraintMessage, validate } from '../aws/validate.ts';
import { BadRequest, parseJsonObject, readBody } from '../http/body.ts';
import type { Reply } from '../http/reply.ts';

type MetricsOperation = (input: InputReader) => object | Promise<object>;
/** Operations by their names in CloudWatch's model. Their input has been checked against it. Answers tell times as Dates, maps as Maps. */
export type MetricsOperations = Readonly<Record<string, MetricsOperation>>;

/** CloudWatch is called in three protocols; clients choose. */
interface Protocol {
  /** The operation that a request names, and its input. */
  read(body: Buffer): { operation: string; input: (shape: string | undefined) => Input };
  success(operation: string, output: object, id: string): Reply;
  failure(error: AwsError, id: string): Reply;
}

const SERVICE = 'GraniteServiceVersion20100801';
const CBOR_PATH = new RegExp(`^/service/${SERVICE}/operation/(\\w+)$`);
const JSON_TARGET = new RegExp(`^${SERVICE}\\.(\\w+)$`);
/** PutMetricData takes 1 MB, decompressed; the largest GetMetricData has more. */
const LARGEST = 2 * 1_048_576;

/** The protocol in which a request speaks to CloudWatch; undefined when it speaks to another service. */
export function metricsProtocol(request: IncomingMessage): Protocol | undefined {
  const url = URL.parse(request.url ?? '/', 'http://localhost');
  if (!url) return undefined;
  const cborOperation = CBOR_PATH.exec(url.pathname)?.[1];
  if (cborOperation) return cbor(cborOperation);
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const operation = JSON_TARGET.exec(target)?.[1];
    return operation === undefined ? undefined : json(operation, request.headers['x-amzn-query-mode'] === 'true');
  }
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return url.pathname === '/' && (isForm || url.searchParams.has('Action')) ? query(url.searchParams) : undefined;
}

/** Answers one request to CloudWatch. */
export async function answerMetrics(
  request: IncomingMessage,
  protocol: Protocol,
  operations: MetricsOperations,
): Promise<Reply> {
  const id = randomUUID();
  const reply = await attempt(request, protocol, operations, id);
  return { ...reply, headers: { ...reply.headers, 'x-amzn-requestid': id } };
}

async function attempt(
  request: IncomingMessage,
  protocol: Protocol,
  operations: MetricsOperations,
  id: string,
): Promise<Reply> {
  try {
    const { operation: name, input } = protocol.read(await readBody(request, LARGEST));
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) {
      throw new AwsError('UnknownOperationException', `Could not find operation ${name} for version 2010-08-01`);
    }
    const shape = cloudWatchModel.operations[name]?.input;
    const given = input(shape);
    check(shape, given);
    return protocol.success(name, await operation(new InputReader(given, 'InvalidParameterValueException')), id);
  } catch (error) {
    return protocol.failure(toAwsError(error), id);
  }
}

function check(shape: string | undefined, input: Input): void {
  if (shape === undefined) return;
  const { types, constraints } = validate(cloudWatchModel, shape, input);
  const double = types.map((text) => /^(.*) must be a double$/.exec(text)?.[1]).find((path) => path !== undefined);
  if (double !== undefined) {
    throw new AwsError(
      'InvalidParameterValueException',
      `The value for parameter ${parameterName(double)} is no number.`,
    );
  }
  if (types.length > 0) throw new AwsError('SerializationException', `${types.join('; ')}.`);
  const missing = constraints
    .map((text) => /^Value null at '(.*?)'/.exec(text)?.[1])
    .find((path) => path !== undefined);
  if (missing !== undefined) {
    throw new AwsError('MissingRequiredParameterException', `The parameter ${parameterName(missing)} is required.`);
  }
  if (constraints.length > 0) throw new AwsError('ValidationException', constraintMessage(constraints));
}

/** `metricData.1.member.metricName` as CloudWatch tells it: `MetricData.member.1.MetricName`. */
function parameterName(path: string): string {
  return path
    .replaceAll(/(\d+)\.member/g, 'member.$1')
    .replaceAll(/(^|\.)([a-z])(?!ember\.\d)/g, (_, dot: string, letter: string) => dot + letter.toUpperCase());
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof CborError) return new AwsError('SerializationException', error.message);
  if (error instanceof BadRequest) {
    return error.status === 413
      ? new AwsError('RequestEntityTooLargeException', error.message, 413)
      : new AwsError('SerializationException', error.message);
  }
  return unexpectedError(error);
}

/** What the query protocol calls an error, where that is not its shape's name. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  InvalidParameterValueException: 'InvalidParameterValue',
  InvalidParameterCombinationException: 'InvalidParameterCombination',
  MissingRequiredParameterException: 'MissingParameter',
  ValidationException: 'ValidationError',
  UnknownOperationException: 'InvalidAction',
  ThrottlingException: 'Throttling',
  SerializationException: 'MalformedInput',
};

const queryCode = (code: string) => QUERY_CODES[code] ?? code;

/** Clients that once spoke the query protocol read its codes in a header. */
const queryErrorHeader = ({ code }: AwsError) => ({ 'x-amzn-query-error': `${queryCode(code)};Sender` });

function json(operation: string, queryMode: boolean): Protocol {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return {
    read: (body) => ({ operation, input: () => parseJsonObject(body) }),
    success: (_operation, output) => ({ status: 200, headers, body: JSON.stringify(toJson(output)) }),
    failure: (error) => ({
      status: error.status,
      headers: { ...headers, ...(queryMode && queryErrorHeader(error)) },
      body: JSON.stringify({ __type: `com.amazonaws.cloudwatch#${error.code}`, message: error.message }),
    }),
  };
}

/** Times are epoch seconds. */
function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  const entries: Iterable<[string, unknown]> = value instanceof Map ? value : Object.entries(value);
  return Object.fromEntries([...entries].map(([key, item]) => [key, toJson(item)]));
}

function cbor(operation: string): Protocol {
  const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
  return {
    read: (body) => ({ operation, input: () => readMap(body) }),
    success: (_operation, output) => ({ status: 200, headers, body: encodeCbor(output) }),
    failure: (error) => ({
      status: error.status,
      headers: { ...headers, ...queryErrorHeader(error) },
      body: encodeCbor({ __type: `com.amazonaws.cloudwatch#${error.code}`, message: error.message }),
    }),
  };
}

function readMap(body: Buffer): Input {
  const value = body.length === 0 ? {} : decodeCbor(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw new CborError('The body is not a map.');
  }
  return value as Input;
}

function query(inUrl: URLSearchParams): Protocol {
  const headers = { 'content-type': 'text/xml' };
  const xmlns = 'xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"';
  return {
    read(body) {
      const parameters = new URLSearchParams(body.toString('utf8'));
      for (const [key, text] of inUrl) parameters.append(key, text);
      const operation = parameters.get('Action');
      if (!operation) throw new AwsError('MissingAction', 'The parameter Action is required.');
      return { operation, input: (shape) => (shape ? readQuery(cloudWatchModel, shape, parameters) : {}) };
    },
    success(operation, output, id) {
      const result = Object.keys(output).length > 0 ? element(`${operation}Result`, output) : '';
      const metadata = element('ResponseMetadata', { RequestId: id });
      const body = `<${operation}Response ${xmlns}>${result}${metadata}</${operation}Response>`;
      return { status: 200, headers, body };
    },
    failure({ code, message, status }, id) {
      const error = { Type: status >= 500 ? 'Receiver' : 'Sender', Code: queryCode(code), Message: message };
      const body = `<ErrorResponse ${xmlns}>${element('Error', error)}${element('RequestId', id)}</ErrorResponse>`;
      return { status, headers, body };
    },
  };
}
