import { ConfigError } from './config-error.ts';

/** One setting a user may give: as a flag, in the environment, or in a configuration file. */
export interface Option<T> {
  /** `batch-size`: the flag is `--batch-size`, the variable `LOCKSTEP_BATCH_SIZE`, the key in a file `batchSize`. */
  readonly flag: string;
  /** What stands for the value in the help: `<rows>`. */
  readonly placeholder: string;
  readonly defaultValue: T;
  readonly help: string;
  /** Its flag may be given several times; `parse` is then given all the texts. */
  readonly isRepeatable?: boolean;
  /** From a flag's text or a JSON value. @throws {ConfigError} `bad-value` with what was expected, without the option's name */
  parse(value: unknown): T;
}

/** @param why what is wrong with it, where the value alone does not say it */
export const expected = (what: string, value: unknown, why = ''): ConfigError =>
  new ConfigError('bad-value', `takes ${what}, not ${JSON.stringify(value)}${why}`);

export type Common<T> = Omit<Option<T>, 'parse'>;

/** A whole number within bounds. */
export function integerOption<T extends number | undefined>(
  common: Common<T>,
  bounds: { readonly min: number; readonly max: number },
): Option<T | number> {
  return {
    ...common,
    parse(value) {
      const number = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value;
      if (
        typeof number === 'number' &&
        Number.isInteger(number) &&
        number >= bounds.min &&
        number <= bounds.max
      ) {
        return number;
      }
      throw expected(`a whole number from ${bounds.min} to ${bounds.max}`, value);
    },
  };
}

/** A finite number above zero. */
export const positiveOption = (common: Common<number>): Option<number> =>
  realOption(common, 'a number above 0', (number) => number > 0);

/** A finite number from zero. */
export const nonNegativeOption = (common: Common<number>): Option<number> =>
  realOption(common, 'a number from 0', (number) => number >= 0);

/** A finite number from zero, or nothing, which is the default. */
export const nonNegativeOrNoneOption = (common: Common<undefined>): Option<number | undefined> =>
  realOrNoneOption(common, 'a number from 0', (number) => number >= 0);

/** A finite number that `isValid` passes, or nothing, which is the default. */
export const realOrNoneOption = (
  common: Common<undefined>,
  what: string,
  isValid: (number: number) => boolean,
): Option<number | undefined> => realOption<number | undefined>(common, what, isValid);

function realOption<T extends number | undefined>(
  common: Common<T>,
  what: string,
  isValid: (number: number) => boolean,
): Option<T | number> {
  return {
    ...common,
    parse(value) {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number === 'number' && Number.isFinite(number) && isValid(number)) return number;
      throw expected(what, value);
    },
  };
}

/** One of a few words; or nothing, where that is the default. */
export function choiceOption<const C extends string, const D extends C | undefined = C>(
  common: Common<D>,
  choices: readonly C[],
): Option<C | D> {
  return {
    ...common,
    parse(value) {
      const found = choices.find((choice) => choice === value);
      if (found !== undefined) return found;
      throw expected(choices.join(' or '), value);
    },
  };
}

/** A setting that is on or off; its flag takes no value. */
export function switchOption(common: Omit<Common<boolean>, 'placeholder' | 'defaultValue'>): Option<boolean> {
  return {
    ...common,
    placeholder: '',
    defaultValue: false,
    parse(value) {
      if (value === true || value === 'true' || value === '1') return true;
      if (value === false || value === 'false' || value === '0') return false;
      throw expected('true or false', value);
    },
  };
}

/** Text that is not empty. */
export function textOption<T extends string | undefined>(common: Common<T>): Option<T | string> {
  return {
    ...common,
    parse(value) {
      if (typeof value === 'string' && value.trim() !== '' && value.length <= 4096) return value;
      throw expected('a text', value);
    },
  };
}

/** A comma list of whole numbers within bounds; `none`, or an empty list in a file, for no number at all. */
export function listOption(
  common: Common<readonly number[]>,
  bounds: { readonly min: number; readonly max: number; readonly maxLength: number },
): Option<readonly number[]> {
  return {
    ...common,
    parse(value) {
      const items = typeof value === 'string' ? (value === 'none' ? [] : value.split(',')) : value;
      const numbers = Array.isArray(items)
        ? items.map((item: unknown) => (item === '' ? NaN : Number(item)))
        : [NaN];
      const isValid = numbers.every((n) => Number.isInteger(n) && n >= bounds.min && n <= bounds.max);
      if (isValid && numbers.length <= bounds.maxLength) return numbers;
      throw expected(
        `a comma list of whole numbers from ${bounds.min} to ${bounds.max}, such as 128 or 256,64`,
        value,
      );
    },
  };
}
