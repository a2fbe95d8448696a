import assert from 'node:assert/strict';
import { test } from 'node:test';
import { xrayModel } from '../aws/model.ts';
import { conformanceTable, keepConformance, type Standings } from '../testing/conformance.ts';
import { observe } from '../testing/observe.ts';

/** X-Ray's operations that are offered, and what each lacks. */
const STANDINGS: Standings = {
  BatchGetTraces: '',
  CreateGroup: 'Tags and insights are refused',
  CreateSamplingRule: 'Tags are refused; SamplingRateBoost is kept, no boost is ever granted',
  DeleteGroup: '',
  DeleteSamplingRule: '',
  GetGroup: '',
  GetGroups: '',
  GetSamplingRules: '',
  GetSamplingStatisticSummaries: '',
  GetSamplingTargets: 'boost statistics come back as unprocessed',
  GetServiceGraph: '',
  GetTimeSeriesServiceStatistics: 'ForecastStatistics is refused',
  GetTraceGraph: '',
  GetTraceSummaries:
    'ResponseTimeRootCauses follow the child with half of the time or more; the rule of AWS is not published',
  PutTelemetryRecords: '',
  PutTraceSegments: '',
  UpdateGroup: 'insights are refused',
  UpdateSamplingRule: 'SamplingRateBoost is kept, no boost is ever granted',
};

test('every operation is offered, or refused as unknown', async (t) => {
  const { post } = await observe(t);
  for (const [name, { path }] of Object.entries(xrayModel.operations)) {
    const response = await post(path, { TimeRangeType: 1, TraceIds: 1, GroupName: 1, NextToken: 1, RuleName: 1 });
    const error = response.headers.get('x-amzn-errortype');
    if (name in STANDINGS) assert.notEqual(error, 'UnknownOperationException', name);
    else assert.deepEqual([response.status, error], [404, 'UnknownOperationException'], name);
  }
});

test('the conformance table is that of this run', () => {
  const table = conformanceTable('X-Ray', xrayModel, STANDINGS, import.meta.dirname);
  assert.doesNotMatch(table, /\| 0 *\|$/m, 'an operation without a fact');
  assert.ok(keepConformance('X-Ray', table), 'docs/observatory-conformance.md was old and is written anew: commit it');
});
