import { describe, expect, it } from 'vitest';
import { learningRateAt, resolveSchedule } from './index.ts';

/** The rows of docs/coming-from.md about schedules that no other test fixes by itself. */

const ratesOf = (given: unknown, steps: number): readonly number[] => {
  const schedule = resolveSchedule(given, { stepsPerEpoch: 10, steps: 100 });
  return Array.from({ length: steps }, (_, step) => learningRateAt(schedule, 1, step));
};

describe('a definition of schedules that others have otherwise', () => {
  it('of steps switches at the boundary itself', () => {
    expect(ratesOf({ type: 'multi-step', at: [3], factor: 0.5 }, 5)).toEqual([1, 1, 1, 0.5, 0.5]);
    expect(ratesOf({ type: 'step', every: 2, factor: 0.5 }, 5)).toEqual([1, 1, 0.5, 0.5, 0.25]);
  });

  it('of one cycle is highest at step peakAt * steps - 1', () => {
    const rates = ratesOf({ type: 'one-cycle', steps: 100 }, 100);
    expect(rates.indexOf(Math.max(...rates))).toBe(29);
    expect(rates[29]).toBe(1);
  });

  it('of restarts begins anew at the end of a period, not one step after', () => {
    const rates = ratesOf({ type: 'warm-restarts', steps: 4, multiply: 2 }, 13);
    expect([rates[0], rates[4], rates[12]]).toEqual([1, 1, 1]);
    expect(rates[3]).toBeLessThan(0.2);
  });

  it('of a warm-up reaches the whole rate in the step after it, with which the schedule begins', () => {
    const rates = ratesOf({ type: 'cosine', steps: 10, warmUp: { steps: 4, from: 0.2 } }, 6);
    const grown = [0.2, 0.4, 0.6, 0.8, 1];
    rates.slice(0, 5).forEach((rate, step) => expect(rate).toBeCloseTo(grown[step]!, 12));
    expect(rates[5]).toBeLessThan(1);
  });
});
