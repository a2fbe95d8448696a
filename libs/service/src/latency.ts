import { z } from 'zod';

/** `20-60`: the shortest and the longest time that a third party takes, in ms. */
export const LatencyRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'a latency is two numbers of ms, such as 20-60')
  .transform((text) => {
    const [min = 0, max = 0] = text.split('-').map(Number);
    return { min, max };
  })
  .refine(({ min, max }) => min <= max, 'the first number of a latency is the smaller one');

/** Log-uniform, as the times of far-away services are: most near the lower end, with a tail. */
export function drawLatency({ min, max }: z.output<typeof LatencyRange>, random = Math.random): number {
  return (min + 1) * ((max + 1) / (min + 1)) ** random() - 1;
}
