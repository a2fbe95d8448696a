import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expiringCache } from './expiring-cache.ts';

describe('an expiring cache', () => {
  const counting = (most: number) => {
    const loaded: string[] = [];
    const load = async (key: string): Promise<string> => {
      loaded.push(key);
      return key.toUpperCase();
    };
    return { loaded, look: expiringCache({ load, ttlMs: 1_000, most, now: () => 0 }) };
  };

  it('holds no more than it may: what was loaded first goes first', async () => {
    const { loaded, look } = counting(2);
    for (const key of ['a', 'b', 'c']) await look(key);
    assert.deepEqual(await look('c'), { value: 'C', hit: true });
    assert.deepEqual(await look('a'), { value: 'A', hit: false });
    assert.deepEqual(loaded, ['a', 'b', 'c', 'a']);
  });

  it('gives one failure to all who waited for it, and tries again for the next', async () => {
    let calls = 0;
    const load = async (): Promise<string> => {
      calls += 1;
      if (calls === 1) throw new Error('down');
      return 'up';
    };
    const look = expiringCache({ load, ttlMs: 1_000, most: 2, now: () => 0 });
    const first = await Promise.allSettled([look('a'), look('a')]);
    assert.deepEqual(
      first.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.deepEqual(await look('a'), { value: 'up', hit: false });
    assert.equal(calls, 2);
  });
});
