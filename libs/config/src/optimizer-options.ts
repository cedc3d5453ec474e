import { isPlain, NetworkError, optimizerKinds, resolveOptimizer, type OptimizerSpec } from '@lockstep/nn';
import { ConfigError } from './config-error.ts';
import { nonNegativeOrNoneOption, realOrNoneOption, type Common, type Option } from './option.ts';
import { givenSpec, type GivenSpec } from './spec-text.ts';

/** The name of a kind of optimizer, or a JSON object with its settings. */
const optimizerOption = (common: Common<undefined>): Option<GivenSpec | undefined> => ({
  ...common,
  parse(value) {
    const given = givenSpec(value, 'an optimizer');
    try {
      resolveOptimizer(given);
    } catch (error) {
      throw new ConfigError(
        'bad-value',
        `takes the name of an optimizer, or a JSON object: ${(error as Error).message}`,
      );
    }
    return given as GivenSpec;
  },
});

/** How steps follow from gradients, as a user gives it; the numbers are settings of the optimizer's, whose names they have. */
export const optimizerOptions = {
  optimizer: optimizerOption({
    flag: 'optimizer',
    placeholder: '<kind|JSON>',
    defaultValue: undefined,
    help: `what makes steps of gradients: ${optimizerKinds.types.join(', ')}, or a JSON object with its settings (default: sgd)`,
  }),
  weightDecay: nonNegativeOrNoneOption({
    flag: 'weight-decay',
    placeholder: '<rate>',
    defaultValue: undefined,
    help: "how fast weights shrink (default: the optimizer's)",
  }),
  momentum: nonNegativeOrNoneOption({
    flag: 'momentum',
    placeholder: '<part>',
    defaultValue: undefined,
    help: "part of its last direction that a step keeps, for sgd, rmsprop and muon (default: the optimizer's)",
  }),
  clipValue: realOrNoneOption(
    {
      flag: 'clip-value',
      placeholder: '<bound>',
      defaultValue: undefined,
      help: 'set elements of the mean gradient that are beyond it to it (default: no bound)',
    },
    'a number above 0',
    (bound) => bound > 0,
  ),
  clipNorm: realOrNoneOption(
    {
      flag: 'clip-norm',
      placeholder: '<bound>',
      defaultValue: undefined,
      help: 'scale the mean gradient so that its norm is at most this (default: no bound)',
    },
    'a number above 0',
    (bound) => bound > 0,
  ),
};

/** The options that say something of an optimizer. */
export type OptimizerOptions = {
  readonly [K in keyof typeof optimizerOptions]: ReturnType<(typeof optimizerOptions)[K]['parse']>;
};

/**
 * The optimizer that was given: by its option, else `saved`, with what the others say of it.
 * @returns undefined for plain gradient descent, which a configuration does not mention
 * @throws {ConfigError} `bad-value` where the kind has no such setting
 */
export function givenOptimizer(values: OptimizerOptions, saved?: OptimizerSpec): OptimizerSpec | undefined {
  const { optimizer = saved ?? { type: 'sgd' }, weightDecay, momentum, clipValue, clipNorm } = values;
  const said = { weightDecay, momentum, clipValue, clipNorm };
  const settings = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  try {
    const spec = resolveOptimizer({ ...optimizer, ...settings });
    return isPlain(spec) ? undefined : spec;
  } catch (cause) {
    if (!(cause instanceof NetworkError)) throw cause;
    throw new ConfigError('bad-value', cause.message, { cause });
  }
}
