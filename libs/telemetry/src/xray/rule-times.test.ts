import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it, mock } from 'node:test';
import AWSXRay from 'aws-xray-sdk-core';
import { mendRuleTimes } from './rule-times.ts';

interface AskedSampler {
  shouldSample(request: object): string | false;
}

const ANY = {
  ResourceARN: '*',
  ServiceName: '*',
  ServiceType: '*',
  Host: '*',
  HTTPMethod: '*',
  URLPath: '*',
  ReservoirSize: 0,
  Version: 1,
  Attributes: {},
};

it('the X-Ray SDK follows a rule that changes while it runs', async (t) => {
  const rule = (RuleName: string, Priority: number, FixedRate: number) => ({
    SamplingRule: {
      ...ANY,
      RuleName,
      Priority,
      FixedRate,
    },
  });
  const daemon = { records: [rule('first', 10, 1)], changed_s: 0, asked: 0 };
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/GetSamplingRules') daemon.asked += 1;
    const { records, changed_s } = daemon;
    const targets = { SamplingTargetDocuments: [], LastRuleModification: changed_s };
    response.end(JSON.stringify(request.url === '/GetSamplingRules' ? { SamplingRuleRecords: records } : targets));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    mock.timers.reset();
    server.closeAllConnections();
    server.close();
  });
  AWSXRay.setContextMissingStrategy('IGNORE_ERROR');
  AWSXRay.setDaemonAddress(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  mendRuleTimes();
  mock.timers.enable({ apis: ['setInterval'] });
  const { sampler } = AWSXRay.middleware as unknown as { sampler: AskedSampler };
  const decide = () => sampler.shouldSample({ host: 'shop', httpMethod: 'GET', urlPath: '/', serviceName: 'pricing' });
  const until = async (wanted: string) => {
    const deadline = performance.now() + 3000;
    while (decide() !== wanted) {
      assert.ok(performance.now() < deadline, `never decided ${wanted}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  decide();
  await until('first');
  assert.equal(daemon.asked, 1);

  daemon.records = [rule('everything', 1, 1), ...daemon.records];
  daemon.changed_s = Date.now() / 1000 + 1;
  assert.equal(decide(), 'first');
  mock.timers.tick(10_001);
  await until('everything');
  assert.equal(daemon.asked, 2);
});
