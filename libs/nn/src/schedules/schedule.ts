import * as v from 'valibot';

/** What an epoch and the whole run take, for lengths that are given in epochs or not at all. */
export interface RunLength {
  readonly stepsPerEpoch: number;
  /** From the schedule's first step to the run's end. */
  readonly steps: number;
}

/**
 * One kind of schedule: the learning rate of each step as a function of the step's number alone, so that a run that goes on has
 * the rates of one that was never interrupted. Float64 by + - * / and the contract's functions (section 4).
 */
export interface ScheduleKind<S extends { readonly type: string } = { readonly type: string }> {
  readonly type: S['type'];
  /** From what a person gives, lengths in steps or epochs, to what a run keeps, lengths in steps. */
  schema(run: RunLength): v.GenericSchema<unknown, S>;
  /** Settings that the golden workload tries beside the defaults; at least one where a setting has no default. */
  readonly examples?: readonly Partial<Omit<S, 'type'>>[];
  /** @param base the run's learning rate @param step from 0, after any warm-up */
  rate(spec: S, base: number, step: number): number;
  /** What takes the place of the optimizer's momentum in a step; undefined where the schedule leaves it. @param step as for `rate` */
  momentum?(spec: S, step: number): number | undefined;
}

const MOST_STEPS = 2 ** 31 - 1;
const EXPECTED = 'expected a number of steps, or "3 epochs"';
const EPOCHS = /^(\d+(?:\.\d+)?) epochs?$/;

/** What is given as a number of steps or as text, and kept as a number of steps. */
type Length = v.GenericSchema<number | string, number>;

/** The steps of "3 epochs", or of a number of steps. */
export const length = ({ stepsPerEpoch }: RunLength): Length =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(EPOCHS, EXPECTED))], EXPECTED),
    v.transform((given) =>
      typeof given === 'number' ? given : Math.round(Number(EPOCHS.exec(given)![1]) * stepsPerEpoch),
    ),
    v.integer('expected a whole number of steps, or "3 epochs"'),
    v.minValue(1, 'expected at least 1 step'),
    v.maxValue(MOST_STEPS, 'expected fewer steps'),
  );

/** A length that is the rest of the run unless something else is given. */
export const lengthOfRun = (run: RunLength): v.OptionalSchema<Length, number> =>
  v.optional(length(run), run.steps);

/** A rate, or a part of one. */
export const fraction = v.pipe(v.number(), v.finite(), v.minValue(0, 'expected a number from 0'));
/** What a rate is multiplied with again and again. */
export const decay = v.pipe(
  v.number(),
  v.gtValue(0, 'expected a number above 0'),
  v.maxValue(1, 'expected a number up to 1'),
);
