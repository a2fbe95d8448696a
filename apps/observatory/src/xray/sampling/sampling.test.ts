import assert from 'node:assert/strict';
import {
  CreateSamplingRuleCommand,
  DeleteSamplingRuleCommand,
  GetSamplingRulesCommand,
  GetSamplingStatisticSummariesCommand,
  GetSamplingTargetsCommand,
  UpdateSamplingRuleCommand,
  type SamplingRule,
  type SamplingRuleUpdate,
  type SamplingStatisticsDocument,
} from '@aws-sdk/client-xray';
import { conforms } from '../../testing/conformance.ts';
import { observe, temporaryDirectory, type Observed } from '../../testing/observe.ts';
import { refused } from '../../testing/traces.ts';

const RULE = {
  RuleName: 'checkouts',
  ResourceARN: '*',
  Priority: 100,
  FixedRate: 0.5,
  ReservoirSize: 10,
  ServiceName: 'check*',
  ServiceType: '*',
  Host: '*',
  HTTPMethod: 'POST',
  URLPath: '/checkout/*',
  Version: 1,
} satisfies SamplingRule;

const create = async ({ xray }: Observed, rule: Partial<SamplingRule> = {}) =>
  (await xray.send(new CreateSamplingRuleCommand({ SamplingRule: { ...RULE, ...rule } }))).SamplingRuleRecord;
const update = async ({ xray }: Observed, SamplingRuleUpdate: SamplingRuleUpdate) =>
  (await xray.send(new UpdateSamplingRuleCommand({ SamplingRuleUpdate }))).SamplingRuleRecord;
const rulesOf = async ({ xray }: Observed) =>
  (await xray.send(new GetSamplingRulesCommand({}))).SamplingRuleRecords?.map(({ SamplingRule }) => SamplingRule) ?? [];
const named = async (observed: Observed) => (await rulesOf(observed)).map((rule) => rule?.RuleName);

const report = (client: string, more: Partial<SamplingStatisticsDocument> = {}): SamplingStatisticsDocument => ({
  RuleName: 'checkouts',
  ClientID: client.repeat(24),
  Timestamp: new Date(),
  RequestCount: 100,
  SampledCount: 60,
  BorrowCount: 10,
  ...more,
});
const targetsOf = ({ xray }: Observed, ...SamplingStatisticsDocuments: SamplingStatisticsDocument[]) =>
  xray.send(new GetSamplingTargetsCommand({ SamplingStatisticsDocuments }));
const quotaOf = async (observed: Observed, client: string) =>
  (await targetsOf(observed, report(client))).SamplingTargetDocuments?.[0]?.ReservoirQuota ?? NaN;

conforms('GetSamplingRules', 'has a Default rule that samples everything, or as AWS does', async (t) => {
  const [all] = await rulesOf(await observe(t));
  const [aws] = await rulesOf(await observe(t, { sampling: 'aws' }));
  assert.deepEqual([all?.FixedRate, aws?.FixedRate], [1, 0.05]);
  assert.deepEqual(aws, {
    RuleName: 'Default',
    RuleARN: 'arn:aws:xray:us-east-1:000000000000:sampling-rule/Default',
    ResourceARN: '*',
    Priority: 10_000,
    FixedRate: 0.05,
    ReservoirSize: 1,
    ServiceName: '*',
    ServiceType: '*',
    Host: '*',
    HTTPMethod: '*',
    URLPath: '*',
    Version: 1,
    Attributes: {},
  });
});

conforms('GetSamplingRules', 'gives rules in the order in which they are tried', async (t) => {
  const observed = await observe(t);
  await create(observed, { RuleName: 'late', Priority: 9999 });
  await create(observed, { RuleName: 'b', Priority: 5 });
  await create(observed, { RuleName: 'a', Priority: 5 });
  assert.deepEqual(await named(observed), ['a', 'b', 'late', 'Default']);
});

conforms('CreateSamplingRule', 'makes a rule that outlives a restart', async (t) => {
  const stateDirectory = temporaryDirectory(t);
  const first = await observe(t, { stateDirectory, identity: { account: '123456789012', region: 'eu-west-1' } });
  const record = await create(first, { Attributes: { plan: 'gold' } });
  const rule = {
    ...RULE,
    Attributes: { plan: 'gold' },
    RuleARN: 'arn:aws:xray:eu-west-1:123456789012:sampling-rule/checkouts',
  };
  assert.deepEqual(record?.SamplingRule, rule);
  assert.ok(Math.abs((record.CreatedAt?.getTime() ?? 0) - Date.now()) < 5000);
  await first.observatory.close();
  const second = await observe(t, { stateDirectory });
  assert.deepEqual((await rulesOf(second))[0], rule);
});

conforms('CreateSamplingRule', 'refuses a second of one name, a 26th, and what the model does', async (t) => {
  const observed = await observe(t);
  const refusal = (rule: Partial<SamplingRule>, message: RegExp, name = 'InvalidRequestException') =>
    refused(create(observed, rule), name, message);
  await refusal({ RuleName: undefined }, /RuleName is required/);
  await refusal({ RuleName: 'x'.repeat(33) }, /'samplingRule.ruleName'.*less than or equal to 32/);
  await refusal({ Priority: 0 }, /'samplingRule.priority'.*greater than or equal to 1/);
  await refusal({ FixedRate: 1.1 }, /'samplingRule.fixedRate'.*less than or equal to 1/);
  await refusal({ Version: 2 }, /Version must be 1/);
  await refusal({ RuleARN: 'arn' }, /but not both/);
  await refusal({ RuleName: 'Default' }, /already exists/);
  await refusal({ Host: undefined }, /'samplingRule.host'.*must not be null/);
  for (let index = 0; index < 25; index += 1) await create(observed, { RuleName: `rule-${index}` });
  await refusal({ RuleName: 'rule-1' }, /already exists/);
  await refusal({}, /at most 25/, 'RuleLimitExceededException');
});

conforms('UpdateSamplingRule', 'changes what is given, by name or ARN, and says when', async (t) => {
  const observed = await observe(t);
  const made = await create(observed);
  const record = await update(observed, { RuleName: 'checkouts', FixedRate: 0.1, Host: 'shop.*' });
  assert.deepEqual(record?.SamplingRule, { ...made?.SamplingRule, FixedRate: 0.1, Host: 'shop.*' });
  const byArn = await update(observed, { RuleARN: made?.SamplingRule?.RuleARN, Priority: 7 });
  assert.deepEqual([byArn?.SamplingRule?.Priority, byArn?.SamplingRule?.FixedRate], [7, 0.1]);
  assert.deepEqual(byArn?.CreatedAt, made?.CreatedAt);
  const { LastRuleModification } = await targetsOf(observed);
  assert.deepEqual(LastRuleModification, byArn?.ModifiedAt);
});

conforms('UpdateSamplingRule', 'changes of the Default rule only its rate and reservoir', async (t) => {
  const observed = await observe(t);
  await update(observed, { RuleName: 'Default', FixedRate: 0.25, ReservoirSize: 3 });
  const [rule] = await rulesOf(observed);
  assert.deepEqual([rule?.FixedRate, rule?.ReservoirSize, rule?.Priority], [0.25, 3, 10_000]);
  const refusal = (change: SamplingRuleUpdate, message: RegExp) =>
    refused(update(observed, change), 'InvalidRequestException', message);
  await refusal({ RuleName: 'Default', Host: 'x' }, /only FixedRate and ReservoirSize/);
  await refusal({ RuleName: 'none', FixedRate: 1 }, /no sampling rule none/);
  await refusal({ FixedRate: 1 }, /Either RuleName or RuleARN/);
  await refusal({ RuleName: 'Default', RuleARN: rule?.RuleARN }, /but not both/);
  await refusal({ RuleName: 'Default', FixedRate: 2 }, /FixedRate must be from 0 to 1/);
});

conforms('DeleteSamplingRule', 'takes a rule away and gives it back once more, never Default', async (t) => {
  const observed = await observe(t);
  await create(observed);
  const remove = (RuleName: string) => observed.xray.send(new DeleteSamplingRuleCommand({ RuleName }));
  const { SamplingRuleRecord } = await remove('checkouts');
  assert.equal(SamplingRuleRecord?.SamplingRule?.URLPath, '/checkout/*');
  assert.deepEqual(await named(observed), ['Default']);
  await refused(remove('checkouts'), 'InvalidRequestException', /no sampling rule/);
  await refused(remove('Default'), 'InvalidRequestException', /cannot be deleted/);
});

conforms('GetSamplingTargets', 'never gives out more than the reservoir, to any number of clients', async (t) => {
  const clock = { now: Date.now() };
  const observed = await observe(t, { now: () => clock.now });
  await create(observed);
  const clients = [...'0123456789abcdef'];
  const quotas = new Map<string, number>();
  for (let round = 0; round < 3; round += 1) {
    for (const client of clients.slice(0, 4 + round * 6)) {
      quotas.set(client, await quotaOf(observed, client));
      const given = [...quotas.values()].reduce((a, b) => a + b);
      assert.ok(given <= 10, `${given} of 10 at ${client} in round ${round}`);
    }
    clock.now += 10_000;
  }
  for (const client of clients) quotas.set(client, await quotaOf(observed, client));
  assert.equal(
    [...quotas.values()].reduce((a, b) => a + b),
    10,
  );
  clock.now += 31_000;
  assert.equal(await quotaOf(observed, '0'), 10, 'clients that are gone leave their share');
});

conforms('GetSamplingTargets', 'tells rate, interval, the life of the quota and the last change', async (t) => {
  const observed = await observe(t);
  const before = (await targetsOf(observed)).LastRuleModification?.getTime() ?? NaN;
  const record = await create(observed);
  const answer = await targetsOf(observed, report('a'), report('a', { RuleName: 'none' }));
  const target = answer.SamplingTargetDocuments?.[0];
  assert.deepEqual([target?.RuleName, target?.FixedRate, target?.Interval], ['checkouts', 0.5, 10]);
  assert.ok((target?.ReservoirQuotaTTL?.getTime() ?? 0) > Date.now() + 15_000);
  assert.deepEqual(answer.LastRuleModification, record?.ModifiedAt);
  assert.ok(before <= (answer.LastRuleModification?.getTime() ?? 0));
  assert.deepEqual(
    answer.UnprocessedStatistics?.map(({ RuleName, ErrorCode }) => [RuleName, ErrorCode]),
    [['none', '400']],
  );
  const old = await targetsOf(observed, report('a', { Timestamp: new Date(0) }));
  assert.deepEqual([old.SamplingTargetDocuments, old.UnprocessedStatistics?.length], [[], 1]);
});

conforms('GetSamplingTargets', 'answers a daemon in numbers, and refuses what the model does', async (t) => {
  const observed = await observe(t);
  const raw = await observed.post(
    '/SamplingTargets',
    { SamplingStatisticsDocuments: [] },
    {},
    observed.observatory.daemonPort,
  );
  const { LastRuleModification } = (await raw.json()) as { LastRuleModification: unknown };
  assert.equal(typeof LastRuleModification, 'number');
  const refusal = (message: RegExp, ...documents: SamplingStatisticsDocument[]) =>
    refused(targetsOf(observed, ...documents), 'InvalidRequestException', message);
  await refusal(/'samplingStatisticsDocuments.1.member.clientID'.*greater than or equal to 24/, report('', {}));
  await refusal(
    /'samplingStatisticsDocuments'.*less than or equal to 25/,
    ...Array.from({ length: 26 }, () => report('a')),
  );
});

conforms('GetSamplingStatisticSummaries', 'adds up what all clients reported, by ten seconds', async (t) => {
  const observed = await observe(t);
  await create(observed);
  const at = Math.floor(Date.now() / 10_000) * 10_000;
  await targetsOf(
    observed,
    report('a', { Timestamp: new Date(at + 1000) }),
    report('b', { Timestamp: new Date(at + 9000) }),
  );
  await targetsOf(observed, report('a', { Timestamp: new Date(at - 1000), BorrowCount: undefined }));
  const { SamplingStatisticSummaries, NextToken } = await observed.xray.send(
    new GetSamplingStatisticSummariesCommand({}),
  );
  assert.equal(NextToken, undefined);
  assert.deepEqual(SamplingStatisticSummaries, [
    { RuleName: 'checkouts', Timestamp: new Date(at), RequestCount: 200, BorrowCount: 20, SampledCount: 120 },
    { RuleName: 'checkouts', Timestamp: new Date(at - 10_000), RequestCount: 100, BorrowCount: 0, SampledCount: 60 },
  ]);
});

conforms('GetSamplingStatisticSummaries', 'comes in pages', async (t) => {
  const observed = await observe(t);
  const now = Date.now();
  for (let from = 0; from < 125; from += 25) {
    const documents = Array.from({ length: 25 }, (_, index) =>
      report('a', {
        RuleName: `rule-${Math.floor((from + index) / 60)}`,
        Timestamp: new Date(now - (from + index) * 7000),
      }),
    );
    if (from === 0) for (const RuleName of ['rule-0', 'rule-1', 'rule-2']) await create(observed, { RuleName });
    await targetsOf(observed, ...documents);
  }
  const page = (NextToken?: string) => observed.xray.send(new GetSamplingStatisticSummariesCommand({ NextToken }));
  const first = await page();
  const seen = [...(first.SamplingStatisticSummaries ?? [])];
  for (let next = first.NextToken; next;) {
    const more = await page(next);
    seen.push(...(more.SamplingStatisticSummaries ?? []));
    next = more.NextToken;
  }
  assert.ok(seen.length > 80, `${seen.length} windows`);
  const places = seen.map((one) => `${one.RuleName} ${one.Timestamp?.getTime()}`);
  assert.equal(new Set(places).size, places.length);
  await refused(page('x'), 'InvalidRequestException', /NextToken/);
});
