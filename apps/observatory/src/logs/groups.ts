import { AwsError } from '../aws/error.ts';
import type { Identity } from '../aws/identity.ts';
import type { InputReader } from '../aws/input.ts';
import type { LogGroup, LogStore } from '../store/logs.ts';
import { findGroup, groupArn, nameOf } from './names.ts';
import { paged } from './paged.ts';
import type { LogsOperations } from './protocol.ts';
import { checkTags } from './tags.ts';

const RETENTION_DAYS = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);
/** What the filter by one class finds beside it, as at AWS. */
const LOW_COST_CLASSES = ['INFREQUENT_ACCESS', 'ESSENTIALS'];

/** CreateLogGroup, DeleteLogGroup, DescribeLogGroups, PutRetentionPolicy, DeleteRetentionPolicy. */
export function groupOperations(store: LogStore, identity: Identity, now: () => number) {
  return {
    CreateLogGroup: async (input) => {
      if (input.text('kmsKeyId')) throw input.fail('kmsKeyId is not supported: nothing is encrypted here.');
      if (input.flag('deletionProtectionEnabled')) throw input.fail('deletionProtectionEnabled is not supported.');
      const tags = checkTags(input, input.textMap('tags'));
      const logClass = input.text('logGroupClass') ?? 'STANDARD';
      const created = await store.createGroup(input.requiredText('logGroupName'), now(), { logClass, tags });
      if (!created) throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      return {};
    },
    DeleteLogGroup: async (input) => {
      await store.deleteGroup(findGroup(input, store));
      return {};
    },
    PutRetentionPolicy: async (input) => {
      const days = input.integer('retentionInDays', 1, Number.MAX_SAFE_INTEGER) ?? 0;
      if (!RETENTION_DAYS.has(days)) {
        throw input.fail(`retentionInDays must be one of ${[...RETENTION_DAYS].join(', ')}.`);
      }
      await store.setRetention(findGroup(input, store), days);
      return {};
    },
    DeleteRetentionPolicy: async (input) => {
      await store.setRetention(findGroup(input, store), null);
      return {};
    },
    DescribeLogGroups: (input) => {
      const groups = store.groups().filter(readFilter(input));
      const { page, nextToken } = paged(input, groups);
      const tell = input.text('logGroupNamePattern') === undefined ? describe : describeShortly;
      return { logGroups: page.map((group) => tell(groupArn(identity, group.name), group)), ...nextToken };
    },
  } satisfies LogsOperations;
}

function readFilter(input: InputReader): (group: LogGroup) => boolean {
  const prefix = input.text('logGroupNamePrefix');
  const part = input.text('logGroupNamePattern');
  const logClass = input.text('logGroupClass');
  const names = new Set(input.texts('logGroupIdentifiers').map(nameOf));
  if (prefix !== undefined && part !== undefined) {
    throw input.fail('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  if (names.size > 0 && (prefix ?? part ?? logClass) !== undefined) {
    throw input.fail('logGroupIdentifiers cannot be given together with another filter.');
  }
  const classes = logClass && LOW_COST_CLASSES.includes(logClass) ? LOW_COST_CLASSES : [logClass];
  return (group) =>
    group.name.startsWith(prefix ?? '') &&
    group.name.includes(part ?? '') &&
    (names.size === 0 || names.has(group.name)) &&
    (logClass === undefined || classes.includes(group.class));
}

/** What AWS tells of groups that are searched by a part of their name. */
function describeShortly(logGroupArn: string, { name, created_ms }: LogGroup): object {
  return { logGroupName: name, arn: `${logGroupArn}:*`, creationTime: created_ms };
}

function describe(
  logGroupArn: string,
  { name, created_ms, retention_days, stored_bytes, class: logGroupClass }: LogGroup,
): object {
  return {
    logGroupName: name,
    arn: `${logGroupArn}:*`,
    logGroupArn,
    creationTime: created_ms,
    metricFilterCount: 0,
    storedBytes: stored_bytes,
    logGroupClass,
    ...(retention_days !== null && { retentionInDays: retention_days }),
  };
}
