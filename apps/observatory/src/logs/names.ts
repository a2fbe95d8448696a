import { AwsError } from '../aws/error.ts';
import type { InputReader } from '../aws/input.ts';
import type { LogGroup, LogStore, LogStream } from '../store/logs.ts';

const GROUP = /^[\w./#-]{1,512}$/;
const STREAM = /^[^:*]{1,512}$/;
const ARN_PREFIX = 'arn:aws:logs:us-east-1:000000000000:log-group:';

export const groupArn = (name: string) => `${ARN_PREFIX}${name}`;
export const streamArn = (group: string, stream: string) => `${groupArn(group)}:log-stream:${stream}`;

export function newGroupName(input: InputReader): string {
  const name = input.requiredText('logGroupName');
  if (!GROUP.test(name)) throw input.fail('logGroupName has 1 to 512 of letters, digits and . - _ / #.');
  return name;
}

export function newStreamName(input: InputReader): string {
  const name = input.requiredText('logStreamName');
  if (!STREAM.test(name)) throw input.fail('logStreamName has 1 to 512 characters, none of them : or *.');
  return name;
}

/** The group that the input names, by `logGroupName` or `logGroupIdentifier` (a name or an ARN). */
export function findGroup(input: InputReader, store: LogStore): LogGroup {
  const identifier = input.text('logGroupName') ?? input.text('logGroupIdentifier');
  if (!identifier) throw input.fail('logGroupName is required.');
  const name = identifier.startsWith('arn:')
    ? identifier.split(':').slice(6).join(':').replace(/:\*$/, '')
    : identifier;
  const group = store.group(name);
  if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

export function findStream(input: InputReader, store: LogStore, group: LogGroup): LogStream {
  const stream = store.stream(group, input.requiredText('logStreamName'));
  if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}
