import * as v from 'valibot';
import { badSpec, parseSpec } from '../kinds/parse-spec.ts';
import { metricKinds, metricLabel, resolveMetric, type MetricSpec } from '../metrics/index.ts';

/** Lowers the learning rate when the monitored figure stays bad. */
export interface Plateau {
  /** What the rate is multiplied with each time. */
  readonly factor: number;
  /** So many bad evaluations are let pass; the next one lowers the rate. */
  readonly patience: number;
  /** Evaluations after that which do not count as bad. */
  readonly cooldown: number;
  /** The rate is not lowered below this part of what it was. */
  readonly least: number;
}

/** What an evaluation decides of a run, as data. */
export interface SteeringSpec {
  /** The loss where left out. */
  readonly monitor?: MetricSpec;
  /** An evaluation is better only by more than this part of the best one. */
  readonly threshold: number;
  /** Ends the run after so many bad evaluations and one more; never where left out. */
  readonly patience?: number;
  readonly plateau?: Plateau;
  /** Keeps the checkpoint of the best evaluation. */
  readonly keepBest?: boolean;
}

/** What a run remembers of its evaluations: with it, it goes on as one that was never interrupted. */
export interface SteeringState {
  /** Committed steps at the newest evaluation. */
  readonly step: number;
  /** The best figure; nothing before the first finite one. */
  readonly best: number | undefined;
  readonly bestStep: number;
  /** Evaluations since the best one. */
  readonly bad: number;
  /** Bad ones since the rate was last lowered, or since the best one. */
  readonly badForRate: number;
  readonly cooldownLeft: number;
  /** What the schedule's rate is multiplied with. */
  readonly rateFactor: number;
  /** The evaluation whose checkpoint is kept; nothing before the first one, or where none is. */
  readonly kept?: { readonly step: number; readonly figure: number };
}

export const FIRST_STEERING_STATE: SteeringState = {
  ...{ step: 0, best: undefined, bestStep: 0, bad: 0, badForRate: 0, cooldownLeft: 0, rateFactor: 1 },
};

const PLACE = { code: 'bad-steering', path: 'steering' } as const;
const count = (most = 1_000_000): v.GenericSchema<unknown, number> =>
  v.pipe(v.number(), v.integer(), v.minValue(0, 'expected a number from 0'), v.maxValue(most));
const part = v.pipe(
  v.number(),
  v.minValue(0, 'expected a number from 0'),
  v.ltValue(1, 'expected a number below 1'),
);

const plateauSchema = v.strictObject({
  factor: v.optional(v.pipe(part, v.gtValue(0, 'expected a number above 0')), 0.1),
  patience: v.optional(count(), 10),
  cooldown: v.optional(count(), 0),
  least: v.optional(part, 0),
});

const steeringSchema = v.strictObject({
  monitor: v.exactOptional(v.unknown()),
  threshold: v.optional(part, 1e-4),
  patience: v.exactOptional(count()),
  plateau: v.exactOptional(plateauSchema),
  keepBest: v.exactOptional(v.boolean()),
});

/**
 * What a run keeps of the steering that a person gave.
 * @throws {NetworkError} `bad-steering`, with the path in it and what was expected
 */
export function resolveSteering(given: unknown): SteeringSpec {
  const { monitor, ...rest } = parseSpec(steeringSchema, given, PLACE);
  if (monitor === undefined || monitor === 'loss') return rest;
  const place = { ...PLACE, path: 'steering.monitor' };
  const spec = resolveMetric(monitor, place);
  if (metricKinds.of(spec.type).best !== undefined) return { ...rest, monitor: spec };
  throw badSpec(place, '', `${spec.type} says neither better nor worse; monitor one that does, or the loss`);
}

/**
 * Takes the figure of an evaluation into account (contract, section 4). The first finite one is the best; another is better where it
 * lies more than threshold * |best| on the good side of the best, so that equals keep the earlier step; one that is no number is bad.
 * The margin follows from the size of the best, so that it counts for negative figures too, where PyTorch's and optax's plateau never cuts.
 * @param step committed steps
 */
export function steered(
  spec: SteeringSpec,
  before: SteeringState,
  value: number,
  step: number,
): SteeringState {
  const state = withKept(spec, before, value, step);
  if (isBetter(spec, state.best, value)) {
    return {
      ...state,
      step,
      best: value,
      bestStep: step,
      bad: 0,
      badForRate: 0,
      cooldownLeft: lessOne(state),
    };
  }
  return loweredRate(spec, { ...state, step, bad: state.bad + 1 });
}

/** Any improvement is kept, however small; of equals the earlier step. */
function withKept(spec: SteeringSpec, state: SteeringState, figure: number, step: number): SteeringState {
  const isKept = spec.keepBest === true && isBetter({ ...spec, threshold: 0 }, state.kept?.figure, figure);
  return isKept ? { ...state, kept: { step, figure } } : state;
}

/** What is monitored, as people read it. */
export const monitorLabel = ({ monitor }: SteeringSpec): string =>
  monitor === undefined ? 'loss' : metricLabel(monitor);

/** PyTorch's ReduceLROnPlateau: the rate goes down at bad evaluation patience + 1. */
function loweredRate({ plateau }: SteeringSpec, state: SteeringState): SteeringState {
  if (plateau === undefined) return state;
  if (state.cooldownLeft > 0) return { ...state, badForRate: 0, cooldownLeft: lessOne(state) };
  const badForRate = state.badForRate + 1;
  if (badForRate <= plateau.patience) return { ...state, badForRate };
  const rateFactor = Math.max(plateau.least, state.rateFactor * plateau.factor);
  return { ...state, badForRate: 0, cooldownLeft: plateau.cooldown, rateFactor };
}

const lessOne = ({ cooldownLeft }: SteeringState): number => Math.max(0, cooldownLeft - 1);

function isBetter({ monitor, threshold }: SteeringSpec, best: number | undefined, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (best === undefined) return true;
  const margin = Math.abs(best) * threshold;
  const isHighest = monitor !== undefined && metricKinds.of(monitor.type).best === 'highest';
  return isHighest ? value > best + margin : value < best - margin;
}

/** Why the run is to end now; nothing while it goes on. */
export function endOf({ patience }: SteeringSpec, { bad, bestStep }: SteeringState): string | undefined {
  if (patience === undefined || bad <= patience) return undefined;
  return `no better evaluation since step ${bestStep}, ${bad} in a row`;
}
