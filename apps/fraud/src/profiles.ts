import { axes, type Features } from './features.ts';

export interface Profile extends Features {
  readonly fraudulent: boolean;
}

const HONEST = 3_400;
const FRAUDULENT = 600;

/** Park and Miller's minimal standard generator (CACM 31/10, 1988), with the multiplier of their 1993 revision: 0 to 1. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/**
 * The purchases that others are compared with, the same in every process. Honest buyers: any amount, sometimes many purchases
 * in a row (for a group, or in a load test), amounts alike, a dispute once in a hundred. Fraud: large and varied amounts, fast,
 * and disputed, apart from one in six that nobody has noticed yet.
 */
export function generateProfiles(seed = 20_270_514): Profile[] {
  const random = seededRandom(seed);
  const low = (end: number): number => end * random() * random();
  const high = (end: number): number => end - low(end);
  const anywhere = (end: number): number => end * random();
  const honest = (): Profile => ({
    amount: anywhere(axes.amount),
    pace: anywhere(axes.pace),
    spread: anywhere(axes.spread),
    surge: low(axes.surge),
    disputes: random() < 0.01 ? 1 : 0,
    fraudulent: false,
  });
  const fraudulent = (_: unknown, index: number): Profile => ({
    amount: high(axes.amount),
    pace: high(axes.pace),
    spread: high(axes.spread),
    surge: anywhere(axes.surge),
    disputes: index % (axes.disputes + 1),
    fraudulent: true,
  });
  return [...Array.from({ length: HONEST }, honest), ...Array.from({ length: FRAUDULENT }, fraudulent)];
}
