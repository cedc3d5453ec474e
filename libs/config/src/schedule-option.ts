import { resolveSchedule } from '@lockstep/nn';
import { ConfigError } from './config-error.ts';
import type { Common, Option } from './option.ts';
import { givenSpec, type GivenSpec } from './spec-text.ts';

/** Lengths that are left to the run may be any; what is wrong otherwise is said at once. */
const SOME_RUN = { stepsPerEpoch: 1000, steps: 1_000_000 };

/** The name of a kind of schedule, or a JSON object with its fields; nothing for a rate that stays the same. */
export const scheduleOption = (common: Common<undefined>): Option<GivenSpec | undefined> => ({
  ...common,
  parse(value) {
    const given = givenSpec(value, 'a schedule');
    try {
      resolveSchedule(given, SOME_RUN);
    } catch (error) {
      throw new ConfigError(
        'bad-value',
        `takes the name of a schedule, or a JSON object: ${(error as Error).message}`,
      );
    }
    return given as GivenSpec;
  },
});
