import * as v from 'valibot';
import { fraction, lengthOfRun, type ScheduleKind } from './schedule.ts';

/** From base * from to base * to in equal parts over `steps`, and base * to after that: PyTorch's LinearLR, which grows by default. */
export interface Linear {
  readonly type: 'linear';
  readonly steps: number;
  readonly from: number;
  readonly to: number;
}

export const linear: ScheduleKind<Linear> = {
  type: 'linear',
  schema: (run) =>
    v.strictObject({
      type: v.literal('linear'),
      steps: lengthOfRun(run),
      from: v.optional(fraction, 1),
      to: v.optional(fraction, 0),
    }),
  // At the end it is `to` itself: what the parts add up to may lie a rounding beyond it, and below zero.
  rate: ({ steps, from, to }, base, step) => base * (step < steps ? from + ((to - from) * step) / steps : to),
};
