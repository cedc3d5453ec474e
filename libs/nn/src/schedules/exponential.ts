import { powInt } from '@lockstep/math';
import * as v from 'valibot';
import { decay, type ScheduleKind } from './schedule.ts';

/** base * factor^step: PyTorch's ExponentialLR, taken at every step. */
export interface Exponential {
  readonly type: 'exponential';
  readonly factor: number;
}

export const exponential: ScheduleKind<Exponential> = {
  type: 'exponential',
  schema: () => v.strictObject({ type: v.literal('exponential'), factor: decay }),
  examples: [{ factor: 0.9 }],
  rate: ({ factor }, base, step) => base * powInt(factor, step),
};
