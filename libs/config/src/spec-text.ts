import { expected } from './option.ts';

/** A kind of something as it was given: a name alone, or an object with a `type`. */
export interface GivenSpec {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What a flag's text or a JSON value names: "cosine", or an object with what the kind wants to know. */
export function givenSpec(value: unknown, what: string): unknown {
  if (typeof value !== 'string') return value;
  if (!value.trimStart().startsWith('{')) return { type: value.trim() };
  try {
    return JSON.parse(value);
  } catch {
    throw expected(`the name of ${what}, or a JSON object`, value, ', which is no JSON');
  }
}
