import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BatchGetTracesCommand,
  CreateGroupCommand,
  GetSamplingRulesCommand,
  GetSamplingTargetsCommand,
  GetTraceSummariesCommand,
  PutTelemetryRecordsCommand,
  PutTraceSegmentsCommand,
} from '@aws-sdk/client-xray';
import { newTraceId, segment, xrayId } from '../testing/documents.ts';
import { observe } from '../testing/observe.ts';

test('documents come back as they were sent; unknown ids are named', async (t) => {
  const { xray } = await observe(t);
  const trace_id = newTraceId();
  const text = JSON.stringify(
    segment({ name: 'x', trace_id, metadata: { default: { a: [1, { b: null }] } } }),
    null,
    1,
  );
  await xray.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [text] }));
  const unknown = xrayId(newTraceId());
  const answer = await xray.send(new BatchGetTracesCommand({ TraceIds: [xrayId(trace_id), unknown] }));
  assert.equal(answer.Traces?.[0]?.Segments?.[0]?.Document, text);
  assert.deepEqual(answer.UnprocessedTraceIds, [unknown]);
  const byHex = await xray.send(new BatchGetTracesCommand({ TraceIds: [trace_id] }));
  assert.equal(byHex.Traces?.[0]?.Id, xrayId(trace_id));
});

test('a bad document is named and the others are kept', async (t) => {
  const { xray } = await observe(t);
  const good = segment({ name: 'x', trace_id: newTraceId() });
  const { UnprocessedTraceSegments } = await xray.send(
    new PutTraceSegmentsCommand({
      TraceSegmentDocuments: ['{', JSON.stringify({ ...good, trace_id: 'no' }), JSON.stringify(good)],
    }),
  );
  assert.deepEqual(
    UnprocessedTraceSegments?.map((one) => [one.Id, one.ErrorCode]),
    [
      [undefined, 'ParseError'],
      [good.id, 'InvalidTraceId'],
    ],
  );
});

test('more than five ids, a wrong window and wrong types are refused as AWS does', async (t) => {
  const { xray, post } = await observe(t);
  const refused = (command: Promise<unknown>, name: string, message: RegExp) =>
    assert.rejects(command, (error: Error) => error.name === name && message.test(error.message));
  const six = Array.from({ length: 6 }, () => xrayId(newTraceId()));
  await refused(
    xray.send(new BatchGetTracesCommand({ TraceIds: six })),
    'InvalidRequestException',
    /maximum query size: 5/,
  );
  const [early, late] = [new Date(0), new Date(7 * 3_600_000)];
  await refused(
    xray.send(new GetTraceSummariesCommand({ StartTime: late, EndTime: early })),
    'InvalidRequestException',
    /later/,
  );
  await refused(
    xray.send(new GetTraceSummariesCommand({ StartTime: early, EndTime: late })),
    'InvalidRequestException',
    /6 hours/,
  );
  await refused(
    xray.send(new GetTraceSummariesCommand({ StartTime: early, EndTime: early, NextToken: 'zzz' })),
    'InvalidRequestException',
    /NextToken/,
  );
  for (const body of ['[]', '{', { TraceIds: 'x' }, { TraceIds: [1] }]) {
    const response = await post('/Traces', body);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('x-amzn-errortype'), 'InvalidRequestException');
  }
});

test('an operation that is not offered is unknown, never a 200', async (t) => {
  const { xray, post } = await observe(t);
  await assert.rejects(xray.send(new CreateGroupCommand({ GroupName: 'g' })), { name: 'UnknownOperationException' });
  const response = await post('/no/such/path', {});
  assert.equal(response.status, 404);
});

test('the Default rule samples everything, or as AWS does', async (t) => {
  const all = await observe(t);
  const aws = await observe(t, { sampling: 'aws' });
  const ruleOf = async ({ xray }: typeof all) =>
    (await xray.send(new GetSamplingRulesCommand({}))).SamplingRuleRecords?.[0]?.SamplingRule;
  assert.equal((await ruleOf(all))?.FixedRate, 1);
  const rule = await ruleOf(aws);
  assert.deepEqual(
    [rule?.RuleName, rule?.FixedRate, rule?.ReservoirSize, rule?.Version, rule?.Attributes],
    ['Default', 0.05, 1, 1, {}],
  );
});

test('clients share the reservoir; an unknown rule is unprocessed', async (t) => {
  const { xray, post, observatory } = await observe(t, { sampling: 'aws' });
  const statistics = (ClientID: string, RuleName = 'Default') => ({
    RuleName,
    ClientID,
    Timestamp: new Date(),
    RequestCount: 4,
    SampledCount: 1,
    BorrowCount: 0,
  });
  const quotas = await Promise.all(
    ['a', 'b'].map(async (client) => {
      await xray.send(new GetSamplingTargetsCommand({ SamplingStatisticsDocuments: [statistics(client.repeat(24))] }));
      return undefined;
    }),
  ).then(() =>
    Promise.all(
      ['a', 'b'].map(async (client) => {
        const targets = await xray.send(
          new GetSamplingTargetsCommand({ SamplingStatisticsDocuments: [statistics(client.repeat(24))] }),
        );
        return targets.SamplingTargetDocuments?.[0]?.ReservoirQuota ?? NaN;
      }),
    ),
  );
  assert.equal(
    quotas.reduce((a, b) => a + b),
    1,
  );
  const unknown = await xray.send(
    new GetSamplingTargetsCommand({ SamplingStatisticsDocuments: [statistics('c'.repeat(24), 'mine')] }),
  );
  assert.equal(unknown.UnprocessedStatistics?.[0]?.RuleName, 'mine');

  const viaDaemon = await post('/SamplingTargets', { SamplingStatisticsDocuments: [] }, {}, observatory.daemonPort);
  const { LastRuleModification } = (await viaDaemon.json()) as { LastRuleModification: unknown };
  assert.equal(typeof LastRuleModification, 'number');
});

test('the daemon port offers what a daemon needs and nothing to read', async (t) => {
  const { post, observatory, xray } = await observe(t);
  const onDaemon = (path: string, body: object) => post(path, body, {}, observatory.daemonPort);
  const document = JSON.stringify(segment({ name: 'x', trace_id: newTraceId() }));
  assert.equal((await onDaemon('/TraceSegments', { TraceSegmentDocuments: [document] })).status, 200);
  assert.equal((await onDaemon('/GetSamplingRules', {})).status, 200);
  assert.equal((await onDaemon('/TelemetryRecords', { TelemetryRecords: [] })).status, 200);
  assert.equal((await onDaemon('/Traces', { TraceIds: [] })).status, 404);
  await xray.send(
    new PutTelemetryRecordsCommand({ TelemetryRecords: [{ Timestamp: new Date(), SegmentsReceivedCount: 1 }] }),
  );
});
