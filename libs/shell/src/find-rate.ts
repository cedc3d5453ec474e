import type { RunConfig } from '@lockstep/config';
import type { Trainer } from './trainer.ts';

/** One step of a sweep. */
export interface RatePoint {
  readonly rate: number;
  /** Of the mini-batch, before the step. */
  readonly loss: number;
  /** The average of the losses so far, newer ones counting more. */
  readonly smoothed: number;
}

export interface RateSweep {
  readonly points: readonly RatePoint[];
  /** Where the smoothed loss falls fastest; undefined where it nowhere falls. */
  readonly suggested: number | undefined;
  /** Where it was least. */
  readonly atLeast: number;
  /** Whether it ended because the loss had grown out of bounds, or was no number any more. */
  readonly hasDiverged: boolean;
}

/** Steps of a sweep, and the rates of its first and its last. */
export const SWEEP_STEPS = 100;
const [FIRST_RATE, LAST_RATE] = [1e-6, 10];
/** How much of the average of losses is kept at each step. */
const KEPT = 0.98;
/** A loss so many times the least ends the sweep. */
const MOST_GROWTH = 4;
/** Points that are not looked at: the average begins, and the loss has grown already. */
const [SKIPPED_FIRST, SKIPPED_LAST] = [10, 1];

/** The configuration of a sweep: the rate grows by the same factor at every step, and nothing else decides it. */
export function sweepConfigOf({
  schedule: _schedule,
  steering: _steering,
  ema: _ema,
  ...config
}: RunConfig): RunConfig {
  const factor = (LAST_RATE / FIRST_RATE) ** (1 / (SWEEP_STEPS - 1));
  return {
    ...config,
    learningRate: FIRST_RATE,
    schedule: { type: 'exponential', factor },
    totalSteps: SWEEP_STEPS,
  };
}

/**
 * Tries every learning rate from the smallest to the largest on one mini-batch each, weights and optimizer going on from step to step
 * (Smith 2017, "Cyclical learning rates for training neural networks", section 3.3). It suggests the rate where the smoothed loss falls
 * fastest by the rate's logarithm, as Lightning does.
 * @param trainer of `sweepConfigOf`, at step 0
 */
export function sweepRates(trainer: Trainer): RateSweep {
  const points: RatePoint[] = [];
  let [average, least, hasDiverged] = [0, Infinity, false];
  while (trainer.step < SWEEP_STEPS && !hasDiverged) {
    const { step, learningRate: rate } = trainer;
    const sum = trainer.compute(trainer.rootOfStep());
    const loss = sum.lossSum / trainer.weightSumOfStep(step);
    average = KEPT * average + (1 - KEPT) * loss;
    const smoothed = average / (1 - KEPT ** (step + 1));
    hasDiverged = !Number.isFinite(loss) || (step > 0 && smoothed > MOST_GROWTH * least);
    if (Number.isFinite(loss)) points.push({ rate, loss, smoothed });
    least = Math.min(least, smoothed);
    if (!trainer.commit(sum)) hasDiverged = true;
  }
  return { points, suggested: suggestedRate(points), atLeast: bestOf(points).rate, hasDiverged };
}

/** The rate in the middle of the steepest fall; undefined where the loss nowhere falls. */
export function suggestedRate(points: readonly RatePoint[]): number | undefined {
  const looked = points.slice(SKIPPED_FIRST, points.length - SKIPPED_LAST);
  let [fastest, rate]: [number, number | undefined] = [0, undefined];
  for (let index = 1; index + 1 < looked.length; index++) {
    const slope = (looked[index + 1]!.smoothed - looked[index - 1]!.smoothed) / 2;
    if (slope < fastest) [fastest, rate] = [slope, looked[index]!.rate];
  }
  return rate;
}

const bestOf = (points: readonly RatePoint[]): RatePoint =>
  points.reduce((best, point) => (point.smoothed < best.smoothed ? point : best));
