import { powInt } from '@lockstep/math';
import * as v from 'valibot';
import { decay, length, type ScheduleKind } from './schedule.ts';

/** base * factor^floor(step / every): PyTorch's StepLR. */
export interface Step {
  readonly type: 'step';
  readonly every: number;
  readonly factor: number;
}

export const step: ScheduleKind<Step> = {
  type: 'step',
  schema: (run) =>
    v.strictObject({ type: v.literal('step'), every: length(run), factor: v.optional(decay, 0.1) }),
  examples: [{ every: 7 }],
  rate: ({ every, factor }, base, at) => base * powInt(factor, Math.floor(at / every)),
};
