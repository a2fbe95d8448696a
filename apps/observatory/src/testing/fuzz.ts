import type { TestContext } from 'node:test';
import fc from 'fast-check';

/** Inputs of each surface: 2 000, or as many as FUZZ_RUNS says. FUZZ_SEED repeats a run. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 2000);
const SLOWEST_MS = 1000;

/**
 * Checks a property of one surface with many inputs, and tells the seed. An input that takes a second fails. `share` is the part
 * of the inputs that are run here, where several properties share a surface.
 */
export async function fuzz<T>(
  t: TestContext,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => Promise<void> | void,
  share = 1,
): Promise<void> {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() & 0x7fffffff);
  const numRuns = Math.ceil(RUNS * share);
  t.diagnostic(`seed ${seed}, ${numRuns} inputs`);
  const property = fc.asyncProperty(inputs, async (input) => {
    const start = performance.now();
    await check(input);
    const took = performance.now() - start;
    if (took > SLOWEST_MS) throw new Error(`took ${Math.round(took)} ms`);
  });
  await fc.assert(property, { seed, numRuns });
}
