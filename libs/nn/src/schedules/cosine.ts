import { cosPi } from '@lockstep/math';
import * as v from 'valibot';
import { fraction, lengthOfRun, type ScheduleKind } from './schedule.ts';

/**
 * base * (to + (1 - to) * (1 + cos(pi step / steps)) / 2) (Loshchilov and Hutter 2016, arXiv 1608.03983), and base * to after `steps`,
 * as Keras's CosineDecay and optax have it; PyTorch's CosineAnnealingLR rises again.
 */
export interface Cosine {
  readonly type: 'cosine';
  readonly steps: number;
  readonly to: number;
}

/** From 1 to `to` along half a period of the cosine. */
export const annealed = (part: number, to: number): number => to + ((1 - to) * (1 + cosPi(part))) / 2;

export const cosine: ScheduleKind<Cosine> = {
  type: 'cosine',
  schema: (run) =>
    v.strictObject({ type: v.literal('cosine'), steps: lengthOfRun(run), to: v.optional(fraction, 0) }),
  rate: ({ steps, to }, base, step) => base * annealed(Math.min(step, steps) / steps, to),
};
