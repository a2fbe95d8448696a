import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { axes, featuresOf, type Features } from './features.ts';
import { fraudShare } from './nearest.ts';
import { generateProfiles, seededRandom } from './profiles.ts';

const profiles = generateProfiles();

/** Points from one end of each axis of behaviour to the other. */
function* behaviours(steps: number): Generator<Omit<Features, 'disputes'>> {
  const places = Array.from({ length: steps }, (_, step) => step / (steps - 1));
  for (const a of places)
    for (const b of places)
      for (const c of places)
        for (const d of places)
          yield { amount: a * axes.amount, pace: b * axes.pace, spread: c * axes.spread, surge: d * axes.surge };
}

describe('the share of fraud among the nearest profiles', () => {
  it('never refuses an account without a dispute, however it buys', () => {
    for (const behaviour of behaviours(4)) {
      assert.ok(fraudShare(profiles, { ...behaviour, disputes: 0 }) < 0.8, JSON.stringify(behaviour));
    }
  });

  it('refuses an account with three disputes and more, however it buys', () => {
    for (const disputes of [3, 4, 5]) {
      for (const behaviour of behaviours(3)) {
        assert.equal(fraudShare(profiles, { ...behaviour, disputes }), 1, JSON.stringify(behaviour));
      }
    }
  });
});

describe('profiles', () => {
  it('are the same every time, a few thousand, and lie on the axes', () => {
    assert.deepEqual(generateProfiles(), profiles);
    assert.equal(profiles.length, 4_000);
    for (const profile of profiles) {
      for (const [axis, end] of Object.entries(axes)) {
        const value = profile[axis as keyof Features];
        assert.ok(value >= 0 && value <= end, `${axis} ${value}`);
      }
    }
  });

  it('come from the minimal standard generator', () => {
    const random = seededRandom(1);
    let last = 0;
    for (let draw = 0; draw < 10_000; draw += 1) last = random();
    assert.equal(Math.round(last * 2_147_483_647), 399_268_537);
  });
});

describe('features', () => {
  const now = Date.parse('2027-05-14T19:30:00Z');
  const attempt = (amount_cents: number, minutes: number, disputed = false) => ({
    purchase_id: String(minutes),
    amount_cents,
    at: new Date(now - minutes * 60_000).toISOString(),
    disputed,
  });

  it('count what is recent and what was disputed', () => {
    const attempts = [attempt(5_000, 1), attempt(5_000, 9), attempt(5_000, 11, true), attempt(5_000, 99, true)];
    const { pace, disputes, spread, surge } = featuresOf({ purchase_id: 'now', amount_cents: 5_000 }, attempts, now);
    assert.equal(pace, axes.pace * (Math.log(3) / Math.log(50)));
    assert.deepEqual({ disputes, spread, surge }, { disputes: 2, spread: 0, surge: 0 });
  });

  it('stay on their axes for the largest amounts and for none', () => {
    const attempts = Array.from({ length: 50 }, (_, minute) => attempt(minute % 2, minute / 10, true));
    for (const amount_cents of [0, 100_000_000]) {
      const features = featuresOf({ purchase_id: 'now', amount_cents }, attempts, now);
      for (const [axis, end] of Object.entries(axes)) {
        const value = features[axis as keyof Features];
        assert.ok(value >= 0 && value <= end, `${axis} ${value}`);
      }
    }
  });
});
