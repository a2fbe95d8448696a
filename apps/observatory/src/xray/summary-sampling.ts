import type { InputReader } from '../aws/input.ts';

/** Which of the traces in a window GetTraceSummaries looks at. */
export interface Sampling {
  narrow(window: { from_us: number; to_us: number }): { from_us: number; to_us: number };
  takes(trace_id: string): boolean;
}

/**
 * Sampling and SamplingStrategy: `FixedRate` takes that share of the traces, the same ones whenever it is asked; `PartialScan`
 * reads that share of the window, its newest part. Without a strategy, or without Sampling, everything is taken.
 */
export function readSampling(input: InputReader): Sampling {
  const strategy = input.object('SamplingStrategy');
  const { Name: name, Value: value = 1 } = strategy as { Name?: string; Value?: number };
  if (!(value >= 0 && value <= 1)) throw input.fail('The Value of SamplingStrategy must be from 0 to 1.');
  const share = input.flag('Sampling') || name !== undefined ? value : 1;
  return {
    narrow: ({ from_us, to_us }) => ({
      from_us: name === 'PartialScan' ? Math.ceil(to_us - (to_us - from_us) * share) : from_us,
      to_us,
    }),
    takes: (trace_id) => name !== 'FixedRate' || share >= 1 || fractionOf(trace_id) < share,
  };
}

/** A trace id's random part as a number from 0 to 1. */
const fractionOf = (trace_id: string) => Number.parseInt(trace_id.slice(-8), 16) / 2 ** 32;
