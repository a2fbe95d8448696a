import type { Attempt } from '@throughline/contracts';

/** A purchase as a point: each coordinate lies between 0 and the end of its axis. */
export interface Features {
  /** What is to pay, on a logarithmic scale. */
  readonly amount: number;
  /** Attempts of the account in the last ten minutes, this one included, on a logarithmic scale. */
  readonly pace: number;
  /** How much the amounts of the account vary: standard deviation over mean. */
  readonly spread: number;
  /** How far this amount is above the account's usual one, on a logarithmic scale. */
  readonly surge: number;
  /** Purchases that were disputed. */
  readonly disputes: number;
}

/**
 * Where the axes end. The four axes of behaviour are 1.6 long across, a dispute is 1: what an account's purchases look like can
 * outweigh one dispute, but neither two nor none.
 */
export const axes = { amount: 0.8, pace: 0.8, spread: 0.8, surge: 0.8, disputes: 5 } as const satisfies Features;

const TEN_MINUTES = 600_000;
/** The values at which an axis ends; what is beyond counts as that. */
const most = { amountCents: 500_000, pace: 50, spread: 1.5, surge: 20 } as const;

const onAxis = (value: number, end: number, length: number): number => length * Math.max(0, Math.min(value / end, 1));

/** The same between 1 and `end`, where each doubling is a step of the same length. */
const onLogAxis = (value: number, end: number, length: number): number =>
  onAxis(Math.log(Math.max(1, value)), Math.log(end), length);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function variation(values: readonly number[]): number {
  const average = mean(values);
  if (average === 0) return 0;
  return Math.sqrt(mean(values.map((value) => (value - average) ** 2))) / average;
}

export function featuresOf(
  { purchase_id, amount_cents }: Pick<Attempt, 'purchase_id' | 'amount_cents'>,
  attempts: readonly Attempt[],
  now: number,
): Features {
  const earlier = attempts.filter((attempt) => attempt.purchase_id !== purchase_id);
  const amounts = earlier.map((attempt) => attempt.amount_cents);
  const recent = earlier.filter(({ at }) => now - Date.parse(at) <= TEN_MINUTES).length + 1;
  const usual = Math.max(1, amounts.length > 0 ? mean(amounts) : amount_cents);
  return {
    amount: onLogAxis(amount_cents, most.amountCents, axes.amount),
    pace: onLogAxis(recent, most.pace, axes.pace),
    spread: onAxis(variation([...amounts, amount_cents]), most.spread, axes.spread),
    surge: onLogAxis(amount_cents / usual, most.surge, axes.surge),
    disputes: Math.min(attempts.filter(({ disputed }) => disputed).length, axes.disputes),
  };
}
