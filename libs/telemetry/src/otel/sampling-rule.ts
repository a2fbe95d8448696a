import type { Attributes } from '@opentelemetry/api';
import { wildcardMatch } from './wildcard.ts';

/** A rule as GetSamplingRules gives it. */
export interface RuleDescription {
  RuleName: string;
  Priority: number;
  FixedRate: number;
  ReservoirSize: number;
  ResourceARN: string;
  ServiceName: string;
  ServiceType: string;
  Host: string;
  HTTPMethod: string;
  URLPath: string;
  Version: number;
  Attributes?: Record<string, string>;
}

/** What GetSamplingTargets gives a client for a rule. */
export interface Target {
  RuleName: string;
  FixedRate: number;
  ReservoirQuota?: number;
  /** Epoch seconds. */
  ReservoirQuotaTTL?: number;
}

export interface Statistics {
  RequestCount: number;
  SampledCount: number;
  BorrowCount: number;
}

const nothing = (): Statistics => ({ RequestCount: 0, SampledCount: 0, BorrowCount: 0 });

/**
 * One sampling rule with what it decided: first the quota of the second, or while there is none one borrowed request a second,
 * then the fixed rate. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html
 */
export class SamplingRule {
  readonly description: RuleDescription;
  #rate: number;
  #quota: { size: number; until_s: number } | undefined;
  #second = -1;
  #taken = 0;
  #statistics = nothing();

  constructor(description: RuleDescription, before?: SamplingRule) {
    this.description = description;
    this.#rate = description.FixedRate;
    if (!before) return;
    this.#quota = before.#quota;
    this.#second = before.#second;
    this.#taken = before.#taken;
    this.#statistics = before.#statistics;
  }

  matches(service: string, attributes: Attributes): boolean {
    const rule = this.description;
    const fits = (pattern: string, value: unknown) =>
      pattern === '*' || (typeof value === 'string' && wildcardMatch(pattern, value));
    return (
      fits(rule.ServiceName, service) &&
      fits(rule.ServiceType, undefined) &&
      fits(rule.Host, attributes['server.address']) &&
      fits(rule.HTTPMethod, attributes['http.request.method']) &&
      fits(rule.URLPath, attributes['url.path']) &&
      Object.entries(rule.Attributes ?? {}).every(([name, pattern]) => fits(pattern, attributes[name]))
    );
  }

  sample(traceId: string, now_ms: number): boolean {
    this.#statistics.RequestCount += 1;
    const second = Math.floor(now_ms / 1000);
    if (second !== this.#second) this.#taken = 0;
    this.#second = second;
    const quota = this.#quota && this.#quota.until_s >= second ? this.#quota.size : undefined;
    if (this.#taken < (quota ?? Math.min(1, this.description.ReservoirSize))) {
      this.#taken += 1;
      this.#statistics[quota === undefined ? 'BorrowCount' : 'SampledCount'] += 1;
      return true;
    }
    if (Number.parseInt(traceId.slice(-8), 16) / 2 ** 32 >= this.#rate) return false;
    this.#statistics.SampledCount += 1;
    return true;
  }

  /** What it decided since it was last asked; undefined when nothing. */
  takeStatistics(): Statistics | undefined {
    const taken = this.#statistics;
    this.#statistics = nothing();
    return taken.RequestCount > 0 ? taken : undefined;
  }

  aim({ FixedRate, ReservoirQuota, ReservoirQuotaTTL }: Target): void {
    this.#rate = FixedRate;
    if (ReservoirQuota !== undefined && ReservoirQuotaTTL !== undefined) {
      this.#quota = { size: ReservoirQuota, until_s: ReservoirQuotaTTL };
    }
  }
}
