import type { InputReader } from '../../aws/input.ts';
import { fromToken, toToken } from '../../aws/token.ts';
import type { ConfigurationStore, SamplingWindow } from '../../store/configuration.ts';
import type { Operations } from '../protocol.ts';
import { refuseTags } from '../groups.ts';
import { Quotas, QUOTA_LIVES_MS } from './quotas.ts';
import { toRecord, type SamplingRule, type SamplingRules } from './rules.ts';

/** How often clients report, in seconds. */
const INTERVAL_S = 10;
/** Statistics older than this are not taken. */
const OLDEST_MS = 15 * 60 * 1000;
const PAGE = 100;

/** What SDKs and daemons ask: GetSamplingRules and GetSamplingTargets. */
export function samplingOperations(rules: SamplingRules, store: ConfigurationStore, now: () => number): Operations {
  const quotas = new Quotas(now);
  return {
    GetSamplingRules: (input) => {
      refuseToken(input);
      return { SamplingRuleRecords: rules.list().map(toRecord) };
    },
    GetSamplingTargets: async (input) => {
      const targets: object[] = [];
      const unprocessed: object[] = [];
      const reports: SamplingWindow[] = [];
      for (const document of input.objects('SamplingStatisticsDocuments')) {
        const { RuleName: name, ClientID: client } = document as { RuleName: string; ClientID: string };
        const refuse = (Message: string) => unprocessed.push({ RuleName: name, ErrorCode: '400', Message });
        const rule = rules.find(name)?.rule;
        const at_ms = timeOf(document['Timestamp']);
        if (!rule) {
          quotas.forget(name);
          refuse(`There is no sampling rule ${name}.`);
        } else if (at_ms < now() - OLDEST_MS || at_ms > now() + OLDEST_MS) {
          refuse('The statistics are not of the last 15 minutes.');
        } else {
          reports.push(reportOf(name, at_ms, document));
          targets.push({
            RuleName: name,
            FixedRate: rule.FixedRate,
            ReservoirQuota: quotas.give(name, rule.ReservoirSize, client),
            ReservoirQuotaTTL: Math.floor((now() + QUOTA_LIVES_MS) / 1000),
            Interval: INTERVAL_S,
          });
        }
      }
      if (reports.length > 0) await store.addStatistics(reports, now());
      return {
        SamplingTargetDocuments: targets,
        LastRuleModification: rules.modified() / 1000,
        UnprocessedStatistics: unprocessed,
        UnprocessedBoostStatistics: input.objects('SamplingBoostStatisticsDocuments').map(({ RuleName }) => ({
          RuleName,
          ErrorCode: '400',
          Message: 'Sampling boosts are not offered here.',
        })),
      };
    },
  };
}

/** What people and tools ask: rules made, changed and deleted, and what clients reported. */
export function samplingRuleOperations(rules: SamplingRules, store: ConfigurationStore): Operations {
  return {
    CreateSamplingRule: async (input) => {
      refuseTags(input);
      const rule = input.object('SamplingRule') as Partial<SamplingRule>;
      return { SamplingRuleRecord: toRecord(await rules.create(input, rule)) };
    },
    UpdateSamplingRule: async (input) => {
      const update = input.object('SamplingRuleUpdate') as Partial<SamplingRule>;
      return { SamplingRuleRecord: toRecord(await rules.update(input, update)) };
    },
    DeleteSamplingRule: async (input) => {
      const [RuleName, RuleARN] = [input.text('RuleName'), input.text('RuleARN')];
      const named = { ...(RuleName && { RuleName }), ...(RuleARN && { RuleARN }) };
      return { SamplingRuleRecord: toRecord(await rules.delete(input, named)) };
    },
    GetSamplingStatisticSummaries: (input) => {
      const windows = store.statistics(PAGE, readPlace(input));
      const last = windows.length === PAGE ? windows.at(-1) : undefined;
      return {
        SamplingStatisticSummaries: windows.map(({ rule, window_s, requests, borrowed, sampled }) => ({
          RuleName: rule,
          Timestamp: window_s,
          RequestCount: requests,
          BorrowCount: borrowed,
          SampledCount: sampled,
        })),
        ...(last && { NextToken: toToken([last.window_s, last.rule]) }),
      };
    },
  };
}

function refuseToken(input: InputReader): void {
  if (input.text('NextToken')) throw input.fail('NextToken is not valid.');
}

function readPlace(input: InputReader): { window_s: number; rule: string } | undefined {
  const token = input.text('NextToken');
  if (!token) return undefined;
  const [window_s, rule] = fromToken(token) ?? [];
  if (typeof window_s !== 'number' || typeof rule !== 'string') throw input.fail('NextToken is not valid.');
  return { window_s, rule };
}

const timeOf = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : Number(value) * 1000);

function reportOf(rule: string, at_ms: number, document: Record<string, unknown>): SamplingWindow {
  const count = (name: string) => Math.min(Number(document[name] ?? 0), 2 ** 31);
  return {
    rule,
    window_s: Math.floor(at_ms / 1000),
    requests: count('RequestCount'),
    borrowed: count('BorrowCount'),
    sampled: count('SampledCount'),
  };
}
