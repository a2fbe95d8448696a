import { AwsError } from '../aws/error.ts';
import type { InputReader } from '../aws/input.ts';
import { fromToken, toToken } from '../aws/token.ts';
import type { LogGroup, LogStore, LogStream } from '../store/logs.ts';
import { findGroup, groupArn, newGroupName, newStreamName, streamArn } from './names.ts';
import type { LogsOperations } from './protocol.ts';

const MOST_LISTED = 50;

/** CreateLogGroup, CreateLogStream, DescribeLogGroups, DescribeLogStreams. */
export function groupOperations(store: LogStore, now: () => number): LogsOperations {
  return {
    CreateLogGroup: async (input) => {
      const created = await store.createGroup(newGroupName(input), now());
      if (!created) throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      return {};
    },
    CreateLogStream: async (input) => {
      const name = newStreamName(input);
      const created = await store.createStream(findGroup(input, store), name, now());
      if (!created) throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      return {};
    },
    DescribeLogGroups: (input) => {
      const prefix = input.text('logGroupNamePrefix') ?? '';
      const part = input.text('logGroupNamePattern') ?? '';
      if (prefix && part) throw input.fail('Give logGroupNamePrefix or logGroupNamePattern, not both.');
      const groups = store.groups().filter(({ name }) => name.startsWith(prefix) && name.includes(part));
      const { page, nextToken } = paged(input, groups);
      return { logGroups: page.map(describeGroup), ...nextToken };
    },
    DescribeLogStreams: (input) => {
      const group = findGroup(input, store);
      const prefix = input.text('logStreamNamePrefix') ?? '';
      const order = input.text('orderBy') ?? 'LogStreamName';
      if (order !== 'LogStreamName' && order !== 'LastEventTime') {
        throw input.fail('orderBy must be LogStreamName or LastEventTime.');
      }
      if (order === 'LastEventTime' && prefix)
        throw input.fail('Cannot order by LastEventTime with a logStreamNamePrefix.');
      const streams = store.streams(group).filter(({ name }) => name.startsWith(prefix));
      if (order === 'LastEventTime') streams.sort((a, b) => (a.last_ms ?? 0) - (b.last_ms ?? 0));
      if (input.flag('descending')) streams.reverse();
      const { page, nextToken } = paged(input, streams);
      return { logStreams: page.map((stream) => describeStream(group, stream)), ...nextToken };
    },
  };
}

function paged<T>(input: InputReader, all: T[]): { page: T[]; nextToken: { nextToken?: string } } {
  const limit = input.integer('limit', 1, MOST_LISTED) ?? MOST_LISTED;
  const token = input.text('nextToken');
  const [offset] = token === undefined ? [0] : (fromToken(token) ?? []);
  if (typeof offset !== 'number' || offset < 0) throw input.fail('The specified nextToken is invalid.');
  const end = offset + limit;
  return { page: all.slice(offset, end), nextToken: end < all.length ? { nextToken: toToken([end]) } : {} };
}

function describeGroup({ name, created_ms, retention_days, stored_bytes }: LogGroup): object {
  return {
    logGroupName: name,
    arn: `${groupArn(name)}:*`,
    logGroupArn: groupArn(name),
    creationTime: created_ms,
    metricFilterCount: 0,
    storedBytes: stored_bytes,
    logGroupClass: 'STANDARD',
    ...(retention_days !== null && { retentionInDays: retention_days }),
  };
}

function describeStream(group: LogGroup, { name, created_ms, first_ms, last_ms, ingested_ms }: LogStream): object {
  return {
    logStreamName: name,
    arn: streamArn(group.name, name),
    creationTime: created_ms,
    storedBytes: 0,
    uploadSequenceToken: SEQUENCE_TOKEN,
    ...(first_ms !== null && { firstEventTimestamp: first_ms }),
    ...(last_ms !== null && { lastEventTimestamp: last_ms }),
    ...(ingested_ms !== null && { lastIngestionTime: ingested_ms }),
  };
}

/** Sequence tokens are accepted and ignored since 2023; clients may still expect one. */
export const SEQUENCE_TOKEN = '0'.repeat(56);
