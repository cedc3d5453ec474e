import { powInt } from '@lockstep/math';
import * as v from 'valibot';
import { decay, length, type ScheduleKind } from './schedule.ts';

/** base * factor^(how many of `at` are reached): PyTorch's MultiStepLR, which switches at the boundary itself. */
export interface MultiStep {
  readonly type: 'multi-step';
  /** Ascending. */
  readonly at: readonly number[];
  readonly factor: number;
}

const isAscending = (at: number[]): boolean => at.every((one, i) => i === 0 || one > at[i - 1]!);

export const multiStep: ScheduleKind<MultiStep> = {
  type: 'multi-step',
  schema: (run) =>
    v.strictObject({
      type: v.literal('multi-step'),
      at: v.pipe(
        v.array(length(run)),
        v.minLength(1, 'expected at least one'),
        v.maxLength(1000, 'expected at most 1000'),
        v.check(isAscending, 'expected ascending steps'),
      ),
      factor: v.optional(decay, 0.1),
    }),
  examples: [{ at: [3, 20], factor: 0.3 }],
  rate: ({ at, factor }, base, now) => base * powInt(factor, at.filter((one) => one <= now).length),
};
