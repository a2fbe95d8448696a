import { AwsError } from '../aws/error.ts';
import type { Identity } from '../aws/identity.ts';
import type { LogStore, LogStream } from '../store/logs.ts';
import { findGroup, findStream, groupArn } from './names.ts';
import { paged } from './paged.ts';
import type { LogsOperations } from './protocol.ts';

/** Sequence tokens are accepted and ignored since 2023; clients may still expect one. */
export const SEQUENCE_TOKEN = '0'.repeat(56);

/** CreateLogStream, DeleteLogStream, DescribeLogStreams. */
export function streamOperations(store: LogStore, identity: Identity, now: () => number) {
  return {
    CreateLogStream: async (input) => {
      const created = await store.createStream(findGroup(input, store), input.requiredText('logStreamName'), now());
      if (!created) throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      return {};
    },
    DeleteLogStream: async (input) => {
      await store.deleteStream(findStream(input, store, findGroup(input, store)));
      return {};
    },
    DescribeLogStreams: (input) => {
      const group = findGroup(input, store);
      const prefix = input.text('logStreamNamePrefix');
      const byTime = input.text('orderBy') === 'LastEventTime';
      if (byTime && prefix !== undefined) {
        throw input.fail('Cannot order by LastEventTime with a logStreamNamePrefix.');
      }
      const streams = store.streams(group).filter(({ name }) => name.startsWith(prefix ?? ''));
      if (byTime) streams.sort((a, b) => (a.last_ms ?? 0) - (b.last_ms ?? 0));
      if (input.flag('descending')) streams.reverse();
      const { page, nextToken } = paged(input, streams);
      return { logStreams: page.map((stream) => describe(groupArn(identity, group.name), stream)), ...nextToken };
    },
  } satisfies LogsOperations;
}

/** `storedBytes` of a stream is 0 at AWS too, since 2019. */
function describe(group: string, { name, created_ms, first_ms, last_ms, ingested_ms }: LogStream): object {
  return {
    logStreamName: name,
    arn: `${group}:log-stream:${name}`,
    creationTime: created_ms,
    storedBytes: 0,
    uploadSequenceToken: SEQUENCE_TOKEN,
    ...(first_ms !== null && { firstEventTimestamp: first_ms }),
    ...(last_ms !== null && { lastEventTimestamp: last_ms }),
    ...(ingested_ms !== null && { lastIngestionTime: ingested_ms }),
  };
}
