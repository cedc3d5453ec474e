/**
 * Checks of values that came from elsewhere as JSON or its like: small, since a browser tab loads them before it can take part.
 * Values of a peer stay out of every text.
 */

/** Gives the value back as what it was found to be. @throws {Mismatch} */
export type Check<T> = (value: unknown, path: string) => T;

/** What a check makes of a value that passes. */
export type Checked<C> = C extends Check<infer T> ? T : never;

/** A value that is not what it has to be. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
  /** Names of the fields that lead to it, joined by dots; empty for the whole value. */
  readonly path: string;
  /** What it has to be, for people. */
  readonly expected: string;

  constructor(path: string, expected: string) {
    super(`${path}: expected ${expected}`);
    this.path = path;
    this.expected = expected;
  }
}

/** A check that a predicate decides. */
const that =
  <T>(isValid: (value: unknown) => boolean, expected: string): Check<T> =>
  (value, path) => {
    if (isValid(value)) return value as T;
    throw new Mismatch(path, expected);
  };

/** An integer in that range, exact as a float64; negative zero is none. */
export const integer = (min: number, max: number = Number.MAX_SAFE_INTEGER): Check<number> =>
  that(
    (value) =>
      Number.isSafeInteger(value) && !Object.is(value, -0) && Number(value) >= min && Number(value) <= max,
    `an integer from ${min} to ${max}`,
  );

/** A finite number that is no less than `min`. */
export const finite = (min = -Infinity): Check<number> =>
  that((value) => Number.isFinite(value) && Number(value) >= min, 'a finite number in range');

/** A number above 0 and below 1. */
export const part: Check<number> = that(
  (value) => typeof value === 'number' && value > 0 && value < 1,
  'a number above 0 and below 1',
);

/** A text of at most so many characters (UTF-16 units). */
export const text = (maxLength: number): Check<string> =>
  that(
    (value) => typeof value === 'string' && value.length <= maxLength,
    `a text of at most ${maxLength} characters`,
  );

/** So many hexadecimal digits in lower case. */
export const hex = (digits: number): Check<string> =>
  that(
    (value) => typeof value === 'string' && value.length === digits && /^[0-9a-f]*$/.test(value),
    `${digits} lower-case hex digits`,
  );

export const oneOf = <const T extends readonly string[]>(values: T): Check<T[number]> =>
  that((value) => values.includes(value as string), `one of ${values.join(', ')}`);

/** An array with `min` to `max` items that each pass. */
export const list =
  <T>(item: Check<T>, min: number, max: number): Check<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      throw new Mismatch(path, `a list of ${min} to ${max}`);
    }
    return value.map((entry, index) => item(entry, join(path, String(index))));
  };

type Fields = Readonly<Record<string, Check<unknown>>>;
type ObjectOf<Required extends Fields, Optional extends Fields> = {
  readonly [K in keyof Required]: Checked<Required[K]>;
} & { readonly [K in keyof Optional]?: Checked<Optional[K]> };

/** A plain object with these fields, perhaps those of `optional`, and no other. */
export const object = <const Required extends Fields, const Optional extends Fields = Record<never, never>>(
  required: Required,
  optional?: Optional,
): Check<ObjectOf<Required, Optional>> => {
  const checks: Fields = { ...required, ...optional };
  const names = Object.keys(checks);
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Mismatch(path, 'an object');
    }
    const given = value as Readonly<Record<string, unknown>>;
    const result: Record<string, unknown> = {};
    for (const name of names) {
      if (given[name] === undefined && !Object.hasOwn(required, name)) continue;
      if (!Object.hasOwn(given, name)) throw new Mismatch(join(path, name), 'to be there');
      result[name] = checks[name]!(given[name], join(path, name));
    }
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(checks, name)) throw new Mismatch(join(path, name), 'no such field');
    }
    return result as ObjectOf<Required, Optional>;
  };
};

type Variants = Readonly<Record<string, Check<object>>>;
type VariantOf<V extends Variants> = {
  [K in keyof V]: Checked<V[K]> & { readonly type: K };
}[keyof V];

/** An object whose `type` says which of these its other fields are. */
export const variant =
  <const V extends Variants>(variants: V): Check<VariantOf<V>> =>
  (value, path) => {
    const { type, ...fields } = value as Readonly<Record<string, unknown>>;
    const isKnown = typeof type === 'string' && Object.hasOwn(variants, type);
    if (!isKnown) throw new Mismatch(join(path, 'type'), Object.keys(variants).join(', '));
    return { type, ...variants[type]!(fields, path) } as VariantOf<V>;
  };

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
