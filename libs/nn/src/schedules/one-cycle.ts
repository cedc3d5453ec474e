import * as v from 'valibot';
import { annealed } from './cosine.ts';
import { lengthOfRun, type ScheduleKind } from './schedule.ts';

/**
 * Up to the run's rate and down again, along cosines (Smith and Topin 2017, arXiv 1708.07120): PyTorch's OneCycleLR, whose peak is step
 * peakAt * steps - 1. With `momentum` that of the optimizer goes the other way, from `highest` to `lowest` at the peak and back. After the
 * last step both stay where they are.
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
  readonly momentum?: { readonly highest: number; readonly lowest: number };
}

const part = v.pipe(
  v.number(),
  v.minValue(0, 'expected a number from 0, below 1'),
  v.ltValue(1, 'expected a number below 1'),
);
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
      momentum: v.exactOptional(
        v.strictObject({ highest: v.optional(part, 0.95), lowest: v.optional(part, 0.85) }),
      ),
    }),
  rate: (spec, base, step) => {
    const first = base / spec.startDivisor;
    const last = first / spec.endDivisor;
    const { isRising, rest } = placeIn(spec, step);
    return isRising ? base - (base - first) * rest : last + (base - last) * rest;
  },
  momentum: (spec, step) => {
    if (spec.momentum === undefined) return undefined;
    const { highest, lowest } = spec.momentum;
    const { isRising, rest } = placeIn(spec, step);
    return isRising ? lowest + (highest - lowest) * rest : highest - (highest - lowest) * rest;
  },
};

/** Whether the rate still rises, and what is left of that, or of its fall: from 1 to 0. */
function placeIn(
  { steps, peakAt }: OneCycle,
  step: number,
): { readonly isRising: boolean; readonly rest: number } {
  const peak = peakAt * steps - 1;
  const end = steps - 1;
  const now = Math.min(step, end);
  if (now <= peak) return { isRising: true, rest: annealed(now / peak, 0) };
  const from = Math.max(peak, 0);
  return { isRising: false, rest: annealed((now - from) / (end - from), 0) };
}
