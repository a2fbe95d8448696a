import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it, type TestContext } from 'node:test';
import { ROOT_CONTEXT, SpanKind, type Attributes } from '@opentelemetry/api';
import { AlwaysOnSampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { RulesSampler } from './rules-sampler.ts';
import { wildcardMatch } from './wildcard.ts';

const ANY = { ResourceARN: '*', ServiceName: '*', ServiceType: '*', Host: '*', HTTPMethod: '*', URLPath: '*' };
const rule = (RuleName: string, Priority: number, FixedRate: number, more: object = {}) => ({
  ...ANY,
  RuleName,
  Priority,
  FixedRate,
  ReservoirSize: 0,
  Version: 1,
  Attributes: {},
  ...more,
});

/** A daemon with rules that can be changed, and a sampler that asks it. */
async function sampling(t: TestContext, rules: object[]) {
  const daemon = { rules, changed_s: 0, quota: 0, reports: [] as Record<string, unknown>[], asked: 0 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (request.url === '/GetSamplingRules') {
        daemon.asked += 1;
        response.end(JSON.stringify({ SamplingRuleRecords: daemon.rules.map((one) => ({ SamplingRule: one })) }));
        return;
      }
      const { SamplingStatisticsDocuments } = JSON.parse(body) as {
        SamplingStatisticsDocuments: Record<string, unknown>[];
      };
      daemon.reports.push(...SamplingStatisticsDocuments);
      const SamplingTargetDocuments = SamplingStatisticsDocuments.map(({ RuleName }) => ({
        RuleName,
        FixedRate: 0,
        ReservoirQuota: daemon.quota,
        ReservoirQuotaTTL: clock.now / 1000 + 20,
      }));
      response.end(JSON.stringify({ SamplingTargetDocuments, LastRuleModification: daemon.changed_s }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const clock = { now: 1_000_000_000_000 };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sampler = new RulesSampler({
    service: 'checkout',
    url,
    fallback: new AlwaysOnSampler(),
    now: () => clock.now,
  });
  const sampled = (attributes: Attributes = {}) =>
    sampler.shouldSample(ROOT_CONTEXT, randomBytes(16).toString('hex'), 'x', SpanKind.SERVER, attributes, [])
      .decision === SamplingDecision.RECORD_AND_SAMPLED;
  const count = (times: number, attributes?: Attributes) =>
    Array.from({ length: times }, () => sampled(attributes)).filter(Boolean).length;
  return { daemon, clock, sampler, sampled, count };
}

it('falls back until it knows rules, and when it has not heard of them for an hour', async (t) => {
  const { sampler, sampled, clock } = await sampling(t, [rule('Default', 10_000, 0)]);
  assert.equal(sampled(), true);
  await sampler.refresh();
  assert.equal(sampled(), false);
  clock.now += 61 * 60_000;
  assert.equal(sampled(), true);
});

it('tries rules by priority, each with all of its fields', async (t) => {
  const { sampler, sampled } = await sampling(t, [
    rule('Default', 10_000, 0),
    rule('post', 2, 1, { HTTPMethod: 'P?ST', URLPath: '/check*', Host: '*.shop' }),
    rule('never', 1, 0, { URLPath: '/checkout/quiet' }),
    rule('gold', 3, 1, { Attributes: { plan: 'g*' } }),
    rule('elsewhere', 3, 1, { ServiceName: 'seats' }),
    rule('typed', 3, 1, { ServiceType: 'AWS::EC2::Instance' }),
    rule('other-version', 1, 1, { Version: 2 }),
  ]);
  await sampler.refresh();
  const request = { 'http.request.method': 'POST', 'url.path': '/checkout', 'server.address': 'a.SHOP' };
  assert.equal(sampled(request), true);
  assert.equal(sampled({ ...request, 'http.request.method': 'GET' }), false);
  assert.equal(sampled({ ...request, 'server.address': 'elsewhere' }), false);
  assert.equal(sampled({ ...request, 'url.path': '/checkout/quiet' }), false);
  assert.equal(sampled({ plan: 'gold' }), true);
  assert.equal(sampled(), false);
});

it('borrows one a second until it has a quota, then takes the quota, then the rate', async (t) => {
  const { daemon, clock, sampler, count } = await sampling(t, [rule('Default', 10_000, 0, { ReservoirSize: 9 })]);
  await sampler.refresh();
  assert.equal(count(20), 1);
  clock.now += 1000;
  assert.equal(count(20), 1);
  daemon.quota = 4;
  await sampler.refresh();
  const [report] = daemon.reports;
  assert.match(String(report?.['ClientID']), /^[0-9a-f]{24}$/);
  assert.deepEqual([report?.['RequestCount'], report?.['BorrowCount'], report?.['SampledCount']], [40, 2, 0]);
  clock.now += 1000;
  assert.equal(count(20), 4);
  clock.now += 21_000;
  assert.equal(count(20), 1, 'the quota is over');
});

it('follows a rate that changed with its next report, and a rule with the news of it', async (t) => {
  const { daemon, clock, sampler, count } = await sampling(t, [rule('Default', 10_000, 1)]);
  await sampler.refresh();
  assert.equal(count(10), 10);
  clock.now += 10_000;
  await sampler.refresh();
  assert.equal(daemon.asked, 1, 'nothing changed');
  assert.equal(count(10), 0, 'the target says rate 0');
  daemon.rules = [rule('all', 1, 1), ...daemon.rules];
  daemon.changed_s = clock.now / 1000 + 1;
  clock.now += 10_000;
  await sampler.refresh();
  assert.equal(count(10), 10);
});

it('samples about as many as the rate says', async (t) => {
  const { sampler, count } = await sampling(t, [rule('Default', 10_000, 0.2)]);
  await sampler.refresh();
  const taken = count(10_000);
  assert.ok(taken > 1800 && taken < 2200, `${taken} of 10,000`);
});

it('keeps to what it knows when the daemon is away', async () => {
  const sampler = new RulesSampler({ service: 'x', url: 'http://127.0.0.1:1', fallback: new AlwaysOnSampler() });
  await assert.rejects(sampler.refresh());
});

it('matches wildcards as a regular expression would', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '*', '?'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (pattern, given) => {
      const source = [...pattern].map((sign) => (sign === '*' ? '[^]*' : sign === '?' ? '[^]' : sign)).join('');
      assert.equal(wildcardMatch(pattern, given), new RegExp(`^${source}$`, 'i').test(given));
    }),
  );
});
