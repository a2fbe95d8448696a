import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { passesLuhn } from './card-rules.ts';
import { drawLatency, LatencyRange } from './latency.ts';

describe('card rules', () => {
  it('know a check digit that is right from one that is wrong', () => {
    for (const number of ['4242424242424242', '378282246310005', '6011111111111117']) assert.ok(passesLuhn(number));
    for (const number of ['4242424242424243', '378282246310006', '123456789012']) assert.ok(!passesLuhn(number));
  });
});

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
