import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { retry } from './retry.ts';

const failing = (times: number) => {
  const work = async (): Promise<number> => {
    work.calls += 1;
    if (work.calls <= times) throw new Error(`failure ${work.calls}`);
    return work.calls;
  };
  work.calls = 0;
  return work;
};

describe('a retry', () => {
  it('ends with the first success', async () => {
    const work = failing(3);
    assert.equal(await retry(work, { firstMs: 1, forMs: 1_000 }), 4);
  });

  it('gives up in time, with the last error', async () => {
    const work = failing(Infinity);
    const start = performance.now();
    await assert.rejects(retry(work, { firstMs: 1, maxMs: 5, forMs: 50 }), () => work.calls > 2);
    await assert.rejects(retry(failing(1), { firstMs: 10, forMs: 5 }), /failure 1/);
    assert.ok(performance.now() - start < 10_000);
  });

  it('does not repeat what no repetition mends', async () => {
    const work = failing(Infinity);
    await assert.rejects(retry(work, { forMs: 1_000, while: () => false }), /failure 1/);
    assert.equal(work.calls, 1);
  });

  it('waits longer each time, up to a bound', async () => {
    const times: number[] = [];
    const work = async (): Promise<void> => {
      times.push(performance.now());
      if (times.length < 6) throw new Error('not yet');
    };
    await retry(work, { firstMs: 10, maxMs: 40, forMs: 5_000 });
    const waits = times.slice(1).map((time, index) => time - times[index]!);
    for (const [index, least] of [10, 20, 40, 40, 40].entries()) assert.ok(waits[index]! >= least - 2, waits.join());
  });

  it('can be ended while it waits', async () => {
    const work = failing(Infinity);
    const ending = new AbortController();
    const ended = retry(work, { firstMs: 60_000, forMs: 600_000, signal: ending.signal });
    ending.abort();
    await assert.rejects(ended, { name: 'AbortError' });
    assert.equal(work.calls, 1);
  });
});
