import * as v from 'valibot';
import { annealed } from './cosine.ts';
import { lengthOfRun, type ScheduleKind } from './schedule.ts';

/**
 * Up to the run's rate and down again, along cosines (Smith and Topin 2017, arXiv 1708.07120): PyTorch's OneCycleLR, whose peak is step
 * peakAt * steps - 1. After the last step the rate stays where it is.
 */
export interface OneCycle {
  readonly type: 'one-cycle';
  readonly steps: number;
  /** The part of the steps after which the rate is highest. */
  readonly peakAt: number;
  /** The first rate is base / startDivisor. */
  readonly startDivisor: number;
  /** The last one is the first / endDivisor. */
  readonly endDivisor: number;
}

const divisor = v.pipe(v.number(), v.finite(), v.minValue(1, 'expected a number from 1'));

export const oneCycle: ScheduleKind<OneCycle> = {
  type: 'one-cycle',
  schema: (run) =>
    v.strictObject({
      type: v.literal('one-cycle'),
      steps: v.pipe(lengthOfRun(run), v.minValue(2, 'expected at least 2 steps')),
      peakAt: v.optional(
        v.pipe(
          v.number(),
          v.minValue(0, 'expected a number from 0 to 1'),
          v.ltValue(1, 'expected a number below 1'),
        ),
        0.3,
      ),
      startDivisor: v.optional(divisor, 25),
      endDivisor: v.optional(divisor, 10_000),
    }),
  rate: ({ steps, peakAt, startDivisor, endDivisor }, base, step) => {
    const first = base / startDivisor;
    const last = first / endDivisor;
    const peak = peakAt * steps - 1;
    const end = steps - 1;
    const now = Math.min(step, end);
    if (now <= peak) return base - (base - first) * annealed(now / peak, 0);
    return last + (base - last) * annealed((now - Math.max(peak, 0)) / (end - Math.max(peak, 0)), 0);
  },
};
