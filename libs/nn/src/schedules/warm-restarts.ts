import * as v from 'valibot';
import { annealed } from './cosine.ts';
import { fraction, length, type ScheduleKind } from './schedule.ts';

/**
 * The cosine again and again, each time `multiply` as long: PyTorch's CosineAnnealingWarmRestarts (Loshchilov and Hutter 2016, arXiv
 * 1608.03983).
 */
export interface WarmRestarts {
  readonly type: 'warm-restarts';
  /** Steps of the first period. */
  readonly steps: number;
  readonly multiply: number;
  readonly to: number;
}

const wholeFactor = v.pipe(
  v.number(),
  v.integer('expected a whole number from 1 to 100'),
  v.minValue(1, 'expected a whole number from 1 to 100'),
  v.maxValue(100, 'expected a whole number from 1 to 100'),
);

export const warmRestarts: ScheduleKind<WarmRestarts> = {
  type: 'warm-restarts',
  schema: (run) =>
    v.strictObject({
      type: v.literal('warm-restarts'),
      steps: length(run),
      multiply: v.optional(wholeFactor, 1),
      to: v.optional(fraction, 0),
    }),
  examples: [{ steps: 7, multiply: 2, to: 0.1 }],
  rate: ({ steps, multiply, to }, base, step) => {
    if (multiply === 1) return base * annealed((step % steps) / steps, to);
    let [period, since] = [steps, step];
    while (since >= period) {
      since -= period;
      period *= multiply;
    }
    return base * annealed(since / period, to);
  },
};
