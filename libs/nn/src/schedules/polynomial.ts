import { powInt } from '@lockstep/math';
import * as v from 'valibot';
import { fraction, lengthOfRun, type ScheduleKind } from './schedule.ts';

/** base * (to + (1 - to) * (1 - step / steps)^power), and base * to after `steps`: with `to` 0 PyTorch's PolynomialLR. */
export interface Polynomial {
  readonly type: 'polynomial';
  readonly steps: number;
  /** A multiple of 1/2: what products and a square root give alike everywhere. */
  readonly power: number;
  readonly to: number;
}

const power = v.pipe(
  v.number(),
  v.minValue(0.5, 'expected a multiple of 0.5 from 0.5 to 16'),
  v.maxValue(16, 'expected a multiple of 0.5 from 0.5 to 16'),
  v.multipleOf(0.5, 'expected a multiple of 0.5 from 0.5 to 16'),
);

export const polynomial: ScheduleKind<Polynomial> = {
  type: 'polynomial',
  schema: (run) =>
    v.strictObject({
      type: v.literal('polynomial'),
      steps: lengthOfRun(run),
      power: v.optional(power, 1),
      to: v.optional(fraction, 0),
    }),
  examples: [{ power: 2.5, to: 0.1 }],
  rate: ({ steps, power: exponent, to }, base, step) => {
    const left = 1 - Math.min(step, steps) / steps;
    const whole = powInt(left, Math.floor(exponent));
    return base * (to + (1 - to) * (exponent % 1 === 0 ? whole : whole * Math.sqrt(left)));
  },
};
