import { resolveLoss, type LossSpec } from '@lockstep/nn';
import { ConfigError } from './config-error.ts';
import type { Common, Option } from './option.ts';
import { givenSpec } from './spec-text.ts';

/** The name of a kind of loss, or a JSON object with its settings. */
export const lossOption = (common: Common<undefined>): Option<LossSpec | undefined> => ({
  ...common,
  parse(value) {
    try {
      return resolveLoss(givenSpec(value, 'a loss'));
    } catch (error) {
      throw new ConfigError(
        'bad-value',
        `takes the name of a loss, or a JSON object: ${(error as Error).message}`,
      );
    }
  },
});
