import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawLatency, LatencyRange } from './latency.ts';

describe('latency', () => {
  it('lies between the two numbers of the setting', () => {
    const range = LatencyRange.parse('20-60');
    assert.deepEqual(range, { min: 20, max: 60 });
    for (const random of [0, 0.5, 0.999]) {
      const drawn = drawLatency(range, () => random);
      assert.ok(drawn >= 20 && drawn <= 60, `${drawn}`);
    }
    assert.ok(Math.abs(drawLatency({ min: 0, max: 0 })) < 1e-9);
  });

  it('cannot be set the wrong way round', () => {
    assert.equal(LatencyRange.safeParse('60-20').success, false);
    assert.equal(LatencyRange.safeParse('fast').success, false);
  });
});
