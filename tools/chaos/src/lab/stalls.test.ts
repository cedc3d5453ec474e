import { expect, it, onTestFinished } from 'vitest';
import { Stalls } from './stalls.ts';

it('tells for how long this process could not run', async () => {
  const stalls = new Stalls();
  onTestFinished(() => stalls.close());
  // A whole number: sums with it are exact.
  const from = Math.ceil(performance.now());
  while (performance.now() < from + 200);
  await expect.poll(() => stalls.between(from, from + 1000)).toBeGreaterThan(150);
  expect(stalls.between(from + 50, from + 100)).toBe(50);
  expect(stalls.between(performance.now(), performance.now() + 1000)).toBe(0);
});
