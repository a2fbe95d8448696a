import { randomBytes } from 'node:crypto';
import { context, ROOT_CONTEXT, type Attributes, type Context, type Link, type SpanKind } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace';
import { SamplingRule, type RuleDescription, type Statistics, type Target } from './sampling-rule.ts';

const RULES_EVERY_MS = 5 * 60_000;
const TARGETS_EVERY_MS = 10_000;
/** Rules that could not be fetched again for so long count no more. */
const RULES_LIVE_MS = 60 * 60_000;
const PATIENCE_MS = 3_000;

interface Report extends Statistics {
  RuleName: string;
  ClientID: string;
  Timestamp: number;
}

export interface RulesSamplerOptions {
  service: string;
  /** The X-Ray daemon's TCP address, or the observatory's. */
  url: string;
  /** Decides while there are no rules. */
  fallback: Sampler;
  now?: () => number;
}

/**
 * Samples by X-Ray's sampling rules, asked of the daemon: rules every five minutes, quotas and rates every ten seconds, and the
 * rules again as soon as those tell of a change. (`@opentelemetry/sampler-aws-xray` is for the 2.x SDK.)
 */
export class RulesSampler implements Sampler {
  readonly #options: RulesSamplerOptions;
  readonly #now: () => number;
  readonly #client = randomBytes(12).toString('hex');
  #rules: SamplingRule[] = [];
  #fetched_ms = -Infinity;
  #asked_ms = -Infinity;

  constructor(options: RulesSamplerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Fetches the rules now and goes on asking; a daemon that does not answer is asked again later. */
  start(): this {
    const ask = (): void => void this.refresh().catch(() => undefined);
    ask();
    setInterval(ask, TARGETS_EVERY_MS).unref();
    return this;
  }

  /** Reports what was decided, takes the new quotas and rates, and the rules where they are old or have changed. */
  async refresh(): Promise<void> {
    const changed_ms = await this.#report();
    if (this.#now() - this.#asked_ms < RULES_EVERY_MS && changed_ms < this.#asked_ms) return;
    const asked_ms = this.#now();
    const { SamplingRuleRecords = [] } = await this.#post<{
      SamplingRuleRecords?: { SamplingRule: RuleDescription }[];
    }>('/GetSamplingRules', {});
    const known = new Map(this.#rules.map((rule) => [rule.description.RuleName, rule]));
    this.#rules = SamplingRuleRecords.map(({ SamplingRule: rule }) => rule)
      .filter(({ Version, ResourceARN }) => Version === 1 && ResourceARN === '*')
      .toSorted((a, b) => a.Priority - b.Priority || (a.RuleName < b.RuleName ? -1 : 1))
      .map((rule) => new SamplingRule(rule, known.get(rule.RuleName)));
    this.#asked_ms = asked_ms;
    this.#fetched_ms = this.#now();
  }

  shouldSample(
    parent: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const now_ms = this.#now();
    const fresh = now_ms - this.#fetched_ms < RULES_LIVE_MS;
    const rule = fresh ? this.#rules.find((one) => one.matches(this.#options.service, attributes)) : undefined;
    if (!rule) return this.#options.fallback.shouldSample(parent, traceId, name, kind, attributes, links);
    const sampled = rule.sample(traceId, now_ms);
    return { decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return `RulesSampler{${this.#options.url}}`;
  }

  /** Epoch milliseconds of the last change to any rule; -Infinity while nothing was decided that could be reported. */
  async #report(): Promise<number> {
    const reports: Report[] = this.#rules.flatMap((rule) => {
      const statistics = rule.takeStatistics();
      const { RuleName } = rule.description;
      return statistics
        ? [{ RuleName, ClientID: this.#client, Timestamp: Math.floor(this.#now() / 1000), ...statistics }]
        : [];
    });
    if (reports.length === 0) return -Infinity;
    const answer = await this.#post<{ SamplingTargetDocuments?: Target[]; LastRuleModification?: number }>(
      '/SamplingTargets',
      { SamplingStatisticsDocuments: reports.slice(0, 25) },
    );
    for (const target of answer.SamplingTargetDocuments ?? []) {
      this.#rules.find(({ description }) => description.RuleName === target.RuleName)?.aim(target);
    }
    return (answer.LastRuleModification ?? 0) * 1000;
  }

  #post<T>(path: string, body: object): Promise<T> {
    return context.with(suppressTracing(ROOT_CONTEXT), async () => {
      const response = await fetch(new URL(path, this.#options.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      return (await response.json()) as T;
    });
  }
}
