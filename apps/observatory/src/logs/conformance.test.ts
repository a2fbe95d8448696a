import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logsModel } from '../aws/model.ts';
import { conformanceTable, keepConformance, type Standings } from '../testing/conformance.ts';
import { observe } from '../testing/observe.ts';

/** CloudWatch Logs' operations that are offered, and what each lacks. */
const STANDINGS: Standings = {
  CreateLogGroup: 'kmsKeyId and deletionProtectionEnabled are refused',
  CreateLogStream: '',
  DeleteLogGroup: '',
  DeleteLogStream: '',
  DeleteRetentionPolicy: '',
  DescribeLogGroups: 'accountIdentifiers and includeLinkedAccounts change nothing: there is one account',
  DescribeLogStreams: '',
  FilterLogEvents: 'unmask changes nothing: nothing is masked',
  GetLogEvents: 'unmask changes nothing: nothing is masked',
  ListTagsForResource: 'log groups only',
  ListTagsLogGroup: '',
  PutLogEvents: 'entity is accepted and not kept',
  PutRetentionPolicy: '',
  TagLogGroup: '',
  TagResource: 'log groups only',
  UntagLogGroup: '',
  UntagResource: 'log groups only',
};

test('every operation is offered, or refused as unknown', async (t) => {
  const { post } = await observe(t);
  for (const name of [...Object.keys(logsModel.operations), 'NoSuchOperation', 'toString']) {
    const response = await post('/', {}, { 'x-amz-target': `Logs_20140328.${name}` });
    const { __type: error } = (await response.json()) as { __type?: string };
    if (Object.hasOwn(STANDINGS, name)) assert.notEqual(error, 'UnknownOperationException', name);
    else assert.deepEqual([response.status, error], [400, 'UnknownOperationException'], name);
  }
});

test('the conformance table is that of this run', () => {
  const table = conformanceTable('CloudWatch Logs', logsModel, STANDINGS, import.meta.dirname);
  assert.deepEqual([...table.matchAll(/\| (?:works|partial) +\|.*\| 0 +\|/g)], [], 'an operation without a fact');
  const known = keepConformance('CloudWatch Logs', table);
  assert.ok(known, 'docs/observatory-conformance.md was old and is written anew: commit it');
});
