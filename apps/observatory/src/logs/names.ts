import { AwsError } from '../aws/error.ts';
import type { Identity } from '../aws/identity.ts';
import type { InputReader } from '../aws/input.ts';
import type { LogGroup, LogStore, LogStream } from '../store/logs.ts';

const ARN = /^arn:aws[\w-]*:logs:[^:]*:\d*:log-group:([^:]+)(?::\*|:log-stream:.*)?$/;

export const groupArn = ({ region, account }: Identity, name: string) =>
  `arn:aws:logs:${region}:${account}:log-group:${name}`;

/** The group that the input names, by `logGroupName` or `logGroupIdentifier` (a name or an ARN). */
export function findGroup(input: InputReader, store: LogStore): LogGroup {
  const [name, identifier] = [input.text('logGroupName'), input.text('logGroupIdentifier')];
  if ((name === undefined) === (identifier === undefined)) {
    throw input.fail('You must include one of logGroupName and logGroupIdentifier, but you cannot include both.');
  }
  return groupNamed(store, name ?? nameOf(identifier ?? ''));
}

export function findStream(input: InputReader, store: LogStore, group: LogGroup): LogStream {
  const stream = store.stream(group, input.requiredText('logStreamName'));
  if (!stream) throw noSuchStream();
  return stream;
}

/** The group of the tag operations' ARN. */
export function groupOfArn(input: InputReader, store: LogStore): LogGroup {
  const name = ARN.exec(input.requiredText('resourceArn'))?.[1];
  if (name === undefined) throw input.fail('resourceArn is not the ARN of a log group.');
  return groupNamed(store, name);
}

/** The name in an identifier that is a name or an ARN. */
export const nameOf = (identifier: string) => ARN.exec(identifier)?.[1] ?? identifier;

export const noSuchStream = () => new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');

function groupNamed(store: LogStore, name: string): LogGroup {
  const group = store.group(name);
  if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}
