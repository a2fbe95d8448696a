import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloudWatchModel } from '../aws/model.ts';
import { conformanceTable, keepConformance, type Standings } from '../testing/conformance.ts';
import { observe } from '../testing/observe.ts';

/** CloudWatch's operations that are offered, and what each lacks. */
const STANDINGS: Standings = {
  GetMetricData:
    'SEARCH, Metrics Insights queries, ANOMALY_DETECTION_BAND and what needs other services are refused; LabelOptions changes nothing',
  GetMetricStatistics: '',
  ListMetrics: 'IncludeLinkedAccounts and OwningAccount change nothing: there is one account',
  PutMetricData: 'EntityMetricData is refused',
};

test('every operation is offered, or refused as unknown, in each protocol', async (t) => {
  const { post } = await observe(t);
  for (const name of [...Object.keys(cloudWatchModel.operations), 'NoSuchOperation', 'toString']) {
    const byJson = await post('/', {}, { 'x-amz-target': `GraniteServiceVersion20100801.${name}` });
    const byCbor = await post(`/service/GraniteServiceVersion20100801/operation/${name}`, Uint8Array.of(0xa0));
    const byQuery = await post('/', `Action=${name}`, { 'content-type': 'application/x-www-form-urlencoded' });
    for (const response of [byJson, byCbor, byQuery]) {
      const unknown = /UnknownOperationException|<Code>InvalidAction</.test(await response.text());
      assert.equal(unknown, !Object.hasOwn(STANDINGS, name), name);
      if (unknown) assert.equal(response.status, 400);
    }
  }
});

test('the conformance table is that of this run', () => {
  const table = conformanceTable('CloudWatch', cloudWatchModel, STANDINGS, import.meta.dirname);
  assert.deepEqual([...table.matchAll(/\| (?:works|partial) +\|.*\| 0 +\|/g)], [], 'an operation without a fact');
  const known = keepConformance('CloudWatch', table);
  assert.ok(known, 'docs/observatory-conformance.md was old and is written anew: commit it');
});
