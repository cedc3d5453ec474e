import * as v from 'valibot';
import { KindList } from '../kinds/kind-list.ts';
import { badSpec, parseSpec } from '../kinds/parse-spec.ts';
import { constant, type Constant } from './constant.ts';
import { cosine, type Cosine } from './cosine.ts';
import { exponential, type Exponential } from './exponential.ts';
import { linear, type Linear } from './linear.ts';
import { multiStep, type MultiStep } from './multi-step.ts';
import { oneCycle, type OneCycle } from './one-cycle.ts';
import { polynomial, type Polynomial } from './polynomial.ts';
import { decay, length, type RunLength, type ScheduleKind } from './schedule.ts';
import { step, type Step } from './step.ts';
import { warmRestarts, type WarmRestarts } from './warm-restarts.ts';

/** Every kind of schedule: a new one is a file beside these, its test, and a line in this list and its union. */
const KINDS = [constant, step, multiStep, exponential, polynomial, linear, cosine, warmRestarts, oneCycle];

type Kind =
  Constant | Step | MultiStep | Exponential | Polynomial | Linear | Cosine | WarmRestarts | OneCycle;

/** Steps before the schedule in which the rate grows to its first one: from `from` of it, in equal parts (PyTorch's LinearLR). */
interface WarmUp {
  readonly steps: number;
  readonly from: number;
}

/** How the learning rate goes, as data; all lengths are steps. */
export type ScheduleSpec = Kind & { readonly warmUp?: WarmUp };

/** Every kind of schedule by its type. */
export const scheduleKinds = new KindList<ScheduleKind>(
  // A kind only ever meets specifications of its own type.
  KINDS.map((kind) => kind as unknown as ScheduleKind),
);

const PLACE = { code: 'bad-schedule', path: 'schedule' } as const;

const warmUpSchema = (run: RunLength) =>
  v.strictObject({ steps: length(run), from: v.optional(decay, 0.01) });

/**
 * What a run keeps of the schedule that a person gave: everything said, and all lengths in steps.
 * @param given a JSON value
 * @throws {NetworkError} `bad-schedule`, with the path in it and what was expected
 */
export function resolveSchedule(given: unknown, run: RunLength): ScheduleSpec {
  const { warmUp: givenWarmUp, ...rest } = parseSpec(v.looseObject({}), given, PLACE) as Readonly<
    Record<string, unknown>
  >;
  const warmUp =
    givenWarmUp === undefined
      ? undefined
      : parseSpec(warmUpSchema(run), givenWarmUp, { ...PLACE, path: 'schedule.warmUp' });
  const kind = scheduleKinds.find(String(rest['type']));
  if (kind === undefined) throw badSpec(PLACE, 'type', `expected one of ${scheduleKinds.types.join(', ')}`);
  const steps = Math.max(1, run.steps - (warmUp?.steps ?? 0));
  const spec = parseSpec(kind.schema({ ...run, steps }), rest, PLACE) as ScheduleSpec;
  return warmUp === undefined ? spec : { ...spec, warmUp };
}

/** Two runs that differ in all that a schedule's lengths may follow from. */
const RUNS: readonly [RunLength, RunLength] = [
  { stepsPerEpoch: 1000, steps: 2 ** 20 },
  { stepsPerEpoch: 1001, steps: 2 ** 20 + 1 },
];

/**
 * The schedule of a run that is kept. What it left out was filled in when the run began: one whose end would follow from how long the run
 * is now is none.
 * @throws {NetworkError} `bad-schedule`
 */
export function keptSchedule(given: unknown): ScheduleSpec {
  const [schedule, other] = [resolveSchedule(given, RUNS[0]), resolveSchedule(given, RUNS[1])];
  if (JSON.stringify(schedule) === JSON.stringify(other)) return schedule;
  const what = `expected every length as a number of steps, found ${JSON.stringify(given)}, which has no end of its own: write its "steps"`;
  throw badSpec(PLACE, '', what);
}

/**
 * The learning rate of a step, in float64; the optimizer rounds it once.
 * @param base the run's learning rate
 * @param step committed steps before it
 */
export function learningRateAt(schedule: ScheduleSpec | undefined, base: number, step: number): number {
  if (schedule === undefined) return base;
  const rate = (at: number): number => scheduleKinds.of(schedule.type).rate(schedule, base, at);
  const { warmUp } = schedule;
  if (warmUp === undefined) return rate(step);
  if (step >= warmUp.steps) return rate(step - warmUp.steps);
  return rate(0) * (warmUp.from + ((1 - warmUp.from) * step) / warmUp.steps);
}

/**
 * What takes the place of the optimizer's momentum in a step, in float64; undefined where the schedule leaves it. A warm-up keeps the first.
 * @param step committed steps before it
 */
export function momentumAt(schedule: ScheduleSpec | undefined, step: number): number | undefined {
  if (schedule === undefined) return undefined;
  const from = schedule.warmUp?.steps ?? 0;
  return scheduleKinds.of(schedule.type).momentum?.(schedule, Math.max(0, step - from));
}
