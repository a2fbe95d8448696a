import type { Features } from './features.ts';
import type { Profile } from './profiles.ts';

/** How many neighbours are asked: fewer than there are fraudulent profiles with any one number of disputes. */
const NEAREST = 40;

const squaredDistance = (a: Features, b: Features): number =>
  (a.amount - b.amount) ** 2 +
  (a.pace - b.pace) ** 2 +
  (a.spread - b.spread) ** 2 +
  (a.surge - b.surge) ** 2 +
  (a.disputes - b.disputes) ** 2;

/** The share of fraud, 0 to 1, among the profiles nearest to a purchase. Its work is the same for every purchase. */
export function fraudShare(profiles: readonly Profile[], purchase: Features): number {
  const nearest = profiles
    .map((profile) => ({ distance: squaredDistance(profile, purchase), fraudulent: profile.fraudulent }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEAREST);
  return nearest.filter(({ fraudulent }) => fraudulent).length / nearest.length;
}
