import type { Operations } from './protocol.ts';

/** `all` samples every request; `aws` as X-Ray does unasked: one a second and 5 % of the rest. */
export type SamplingSetting = 'all' | 'aws';

const INTERVAL_S = 10;
/** A client that reported this recently counts in the sharing of a reservoir. */
const CLIENT_LIVES_MS = 30_000;
const RESERVOIR = 1;

/** GetSamplingRules and GetSamplingTargets over the Default rule. Each client gets its share of the reservoir. */
export function samplingOperations(setting: SamplingSetting, now: () => number): Operations {
  const since = Math.floor(now() / 1000);
  const rate = setting === 'all' ? 1 : 0.05;
  const clients = new Map<string, number>();
  const rule = {
    RuleName: 'Default',
    RuleARN: 'arn:aws:xray:us-east-1:000000000000:sampling-rule/Default',
    ResourceARN: '*',
    Priority: 10_000,
    FixedRate: rate,
    ReservoirSize: RESERVOIR,
    ServiceName: '*',
    ServiceType: '*',
    Host: '*',
    HTTPMethod: '*',
    URLPath: '*',
    Version: 1,
    Attributes: {},
  };

  const quotaOf = (client: string): number => {
    clients.set(client, now());
    for (const [id, seen] of clients) if (seen < now() - CLIENT_LIVES_MS) clients.delete(id);
    const rank = [...clients.keys()].toSorted().indexOf(client);
    return Math.floor(RESERVOIR / clients.size) + (rank < RESERVOIR % clients.size ? 1 : 0);
  };

  return {
    '/GetSamplingRules': () => ({
      SamplingRuleRecords: [{ SamplingRule: rule, CreatedAt: since, ModifiedAt: since }],
    }),
    '/SamplingTargets': (input) => {
      const targets: object[] = [];
      const unprocessed: object[] = [];
      for (const statistics of input.objects('SamplingStatisticsDocuments')) {
        const { RuleName: name, ClientID: client } = statistics;
        if (typeof name !== 'string' || typeof client !== 'string' || !/^[0-9a-f]{24}$/i.test(client)) {
          throw input.fail('Each of SamplingStatisticsDocuments needs a RuleName and a ClientID of 24 hex digits.');
        }
        if (name !== rule.RuleName) {
          unprocessed.push({ RuleName: name, ErrorCode: '400', Message: `There is no sampling rule ${name}.` });
          continue;
        }
        targets.push({
          RuleName: name,
          FixedRate: rate,
          ReservoirQuota: quotaOf(client),
          ReservoirQuotaTTL: Math.floor(now() / 1000) + 2 * INTERVAL_S,
          Interval: INTERVAL_S,
        });
      }
      return { SamplingTargetDocuments: targets, LastRuleModification: since, UnprocessedStatistics: unprocessed };
    },
  };
}
