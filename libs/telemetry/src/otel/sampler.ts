import { trace, type Attributes, type Context, type Link, type SpanKind } from '@opentelemetry/api';
import {
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace';
import type { TelemetrySettings } from '../settings.ts';
import { UNDECIDED } from './propagator.ts';
import { RulesSampler } from './rules-sampler.ts';

/** Follows the caller's decision where there is one, else decides as for a new trace (also below a Root-only header). */
class HeaderSampler implements Sampler {
  readonly #root: Sampler;
  readonly #parentBased: Sampler;

  constructor(root: Sampler) {
    this.#root = root;
    this.#parentBased = new ParentBasedSampler({ root });
  }

  shouldSample(context: Context, ...rest: [string, string, SpanKind, Attributes, Link[]]): SamplingResult {
    const undecided = trace.getSpanContext(context)?.isRemote && context.getValue(UNDECIDED);
    return (undecided ? this.#root : this.#parentBased).shouldSample(context, ...rest);
  }

  toString(): string {
    return `HeaderSampler{${this.#root.toString()}}`;
  }
}

/** X-Ray's default rule, decided in the process: the first request of each second, and 5 % of the rest. */
class OnePerSecondPlusFivePercent implements Sampler {
  readonly #fraction = new TraceIdRatioBasedSampler(0.05);
  readonly #now: () => number;
  #second = -1;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  shouldSample(context: Context, traceId: string): SamplingResult {
    const second = Math.floor(this.#now() / 1000);
    if (second === this.#second) return this.#fraction.shouldSample(context, traceId);
    this.#second = second;
    return { decision: SamplingDecision.RECORD_AND_SAMPLED };
  }

  toString(): string {
    return 'OnePerSecondPlusFivePercent';
  }
}

const unruled = (sampling: 'all' | 'aws'): Sampler =>
  sampling === 'all' ? new AlwaysOnSampler() : new OnePerSecondPlusFivePercent();

/** Follows the caller; where nothing is decided yet, `all` takes every request and `aws` as X-Ray's default rule does. */
export const headerSampler = (sampling: 'all' | 'aws'): Sampler => new HeaderSampler(unruled(sampling));

/** Follows the caller; where nothing is decided yet, X-Ray's sampling rules, and before any is known as `headerSampler`. */
export const ruledSampler = ({ service, sampling, daemonAddress }: TelemetrySettings): Sampler =>
  new HeaderSampler(
    new RulesSampler({ service, url: `http://${tcpAddress(daemonAddress)}`, fallback: unruled(sampling) }).start(),
  );

/** The TCP one of the daemon's addresses. */
const tcpAddress = (daemonAddress: string): string => /tcp:(\S+)/.exec(daemonAddress)?.[1] ?? daemonAddress;
