import assert from 'node:assert/strict';
import { test } from 'node:test';
import { xrayModel } from './model.ts';
import { constraintMessage, validate } from './validate.ts';

const rule = {
  RuleName: 'r',
  ResourceARN: '*',
  Priority: 1,
  FixedRate: 0.5,
  ReservoirSize: 0,
  ServiceName: '*',
  ServiceType: '*',
  Host: '*',
  HTTPMethod: '*',
  URLPath: '*',
  Version: 1,
};

test('a request that fits its model has no failures; unknown members and null do not matter', () => {
  const input = { SamplingRule: { ...rule, Attributes: null, Unknown: 1 }, Extra: {} };
  assert.deepEqual(validate(xrayModel, 'CreateSamplingRuleRequest', input), { types: [], constraints: [] });
});

test('broken constraints are told in the words of AWS, with their place', () => {
  const failed = (input: object) => validate(xrayModel, 'CreateSamplingRuleRequest', input).constraints;
  assert.deepEqual(failed({}), ["Value null at 'samplingRule' failed to satisfy constraint: Member must not be null"]);
  assert.deepEqual(failed({ SamplingRule: { ...rule, Priority: 10_000, RuleName: '' } }), [
    "Value '' at 'samplingRule.ruleName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    "Value '10000' at 'samplingRule.priority' failed to satisfy constraint: Member must have value less than or equal to 9999",
  ]);
  const { constraints } = validate(xrayModel, 'GetTraceSummariesRequest', {
    StartTime: 1,
    EndTime: 2,
    TimeRangeType: 'x',
  });
  assert.equal(
    constraintMessage(constraints),
    "1 validation error detected: Value 'x' at 'timeRangeType' failed to satisfy constraint: Member must satisfy enum value set: [TraceId, Event, Service]",
  );
});

test('a member of the wrong type is no broken constraint', () => {
  const { types, constraints } = validate(xrayModel, 'BatchGetTracesRequest', { TraceIds: [1] });
  assert.deepEqual([types, constraints], [['traceIds.1.member must be a string'], []]);
  assert.equal(validate(xrayModel, 'BatchGetTracesRequest', { TraceIds: 'x' }).types.length, 1);
});
