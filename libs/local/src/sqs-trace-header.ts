/**
 * fauxqs drops the system attribute `AWSTraceHeader`. Here it travels as one more message attribute, so that it is stored, kept
 * over a restart and deleted with its message, and is made a system attribute again on the way out.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageSystemAttributeValue.html
 */
const carrier = 'throughline.AWSTraceHeader';

type Json = Record<string, unknown>;
type Md5 = (attributes: Record<string, MessageAttribute>) => string;

export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

interface Entry extends Json {
  Id?: string;
  MessageAttributes?: Record<string, MessageAttribute>;
  MessageSystemAttributes?: Record<string, MessageAttribute>;
}

interface Received extends Json {
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, MessageAttribute>;
  MD5OfMessageAttributes?: string;
}

const asList = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];

/** The operation out of the header `X-Amz-Target: AmazonSQS.SendMessage`. */
export const operationOf = (target: string | string[] | undefined): string => String(target ?? '').split('.')[1] ?? '';

/** Moves the trace header of a request to where it is kept. `header` is the request's own `X-Amzn-Trace-Id`. */
export function keepTraceHeader(operation: string, body: unknown, header: string | undefined): void {
  if (!isObject(body)) return;
  if (operation === 'SendMessage') keepInEntry(body, header);
  if (operation === 'SendMessageBatch') for (const entry of asList(body['Entries'])) keepInEntry(entry, header);
  if (operation === 'ReceiveMessage') {
    const asked = names(body['MessageAttributeNames']);
    if (asked.length > 0) body['MessageAttributeNames'] = [...asked, carrier];
  }
}

function keepInEntry(entry: Entry, header: string | undefined): void {
  const value = entry.MessageSystemAttributes?.['AWSTraceHeader']?.StringValue ?? header;
  if (value)
    entry.MessageAttributes = { ...entry.MessageAttributes, [carrier]: { DataType: 'String', StringValue: value } };
}

/** Puts the trace headers of an answer where SQS has them; digests are those of what the caller sent. */
export function returnTraceHeader(operation: string, body: unknown, answer: unknown, md5: Md5): unknown {
  if (!isObject(body) || !isObject(answer)) return answer;
  if (operation === 'SendMessage') return { ...answer, ...digest(body, md5) };
  if (operation === 'SendMessageBatch') {
    const entries = asList(body['Entries']) as Entry[];
    const sent = asList(answer['Successful']).map((one) => ({
      ...one,
      ...digest(entries.find((entry) => entry.Id === one['Id']) ?? {}, md5),
    }));
    return { ...answer, Successful: sent };
  }
  if (operation === 'ReceiveMessage' && answer['Messages']) {
    return { ...answer, Messages: asList(answer['Messages']).map((message) => received(message, body, md5)) };
  }
  return answer;
}

function digest(entry: Entry, md5: Md5): Json {
  const { [carrier]: _, ...own } = entry.MessageAttributes ?? {};
  return { MD5OfMessageAttributes: Object.keys(own).length > 0 ? md5(own) : undefined };
}

function received(message: Received, request: Json, md5: Md5): Received {
  const { [carrier]: header, ...own } = message.MessageAttributes ?? {};
  const system = [...names(request['AttributeNames']), ...names(request['MessageSystemAttributeNames'])];
  const wantsHeader = system.includes('All') || system.includes('AWSTraceHeader');
  const { MessageAttributes: _, MD5OfMessageAttributes: __, Attributes, ...rest } = message;
  const attributes = { ...Attributes, ...(wantsHeader && header && { AWSTraceHeader: header.StringValue ?? '' }) };
  // SQS returns the message attributes that were asked for by name; fauxqs, all of them when none was asked for.
  const asked = names(request['MessageAttributeNames']).length > 0 && Object.keys(own).length > 0;
  return {
    ...rest,
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(asked && { MessageAttributes: own, MD5OfMessageAttributes: md5(own) }),
  };
}
