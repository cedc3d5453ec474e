import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { SWEEP_STEPS, suggestedRate, sweepConfigOf, sweepRates } from './find-rate.ts';
import { smallConfig, smallData } from './testing/small-run.ts';
import { Trainer } from './trainer.ts';

const sweepOf = (changes: Parameters<typeof smallConfig>[0] = {}) => {
  const config = sweepConfigOf(smallConfig(changes));
  return sweepRates(new Trainer(config, smallData(config), referenceBackend));
};

describe('a sweep of learning rates', () => {
  it('goes from a millionth to ten, by the same factor at every step', () => {
    const { points } = sweepOf();
    expect(points[0]!.rate).toBe(1e-6);
    const factors = points.slice(1).map(({ rate }, index) => rate / points[index]!.rate);
    for (const factor of factors) expect(factor).toBeCloseTo(1e7 ** (1 / (SWEEP_STEPS - 1)), 9);
  });

  it('suggests a rate below that of the least loss, and is the same each time', () => {
    const sweep = sweepOf();
    expect(sweep.suggested).toBeGreaterThan(1e-4);
    expect(sweep.suggested).toBeLessThanOrEqual(sweep.atLeast);
    expect(sweepOf()).toEqual(sweep);
  });

  it('suggests the middle of the steepest fall, without the first ten points, and nothing where nothing falls', () => {
    const points = (losses: readonly number[]) =>
      losses.map((smoothed, index) => ({ rate: index, loss: smoothed, smoothed }));
    const losses = [9, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 8, 5, 1, 0.9, 0.8, 3, 9];
    expect(suggestedRate(points(losses))).toBe(13);
    expect(suggestedRate(points(losses.map((_, index) => index)))).toBeUndefined();
    expect(suggestedRate([])).toBeUndefined();
  });

  it('ends where the loss has grown out of bounds', () => {
    const { points, hasDiverged } = sweepOf({ sizes: [6, 40, 3] });
    expect(hasDiverged).toBe(true);
    expect(points.length).toBeLessThan(SWEEP_STEPS);
  });

  it('leaves out of the run what would change the rate', () => {
    const given = smallConfig({ ema: 0.9, schedule: { type: 'cosine', steps: 10, to: 0 } });
    expect(sweepConfigOf(given)).not.toHaveProperty('ema');
    expect(sweepConfigOf(given).schedule).toMatchObject({ type: 'exponential' });
  });
});
