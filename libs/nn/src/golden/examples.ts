import * as v from 'valibot';
import type { Kind } from '../kinds/kind-list.ts';

/** A kind, and what it says of itself to try. */
interface Exemplified extends Kind {
  readonly examples?: readonly object[];
}

/**
 * A kind with its defaults, where it has one for each setting, and with the settings of its examples.
 * @throws {RangeError} where that is none
 */
export function examplesOf<S>(kind: Exemplified, schema: v.GenericSchema<unknown, S>): readonly S[] {
  const examples = [{}, ...(kind.examples ?? [])]
    .map((settings) => v.safeParse(schema, { type: kind.type, ...settings }))
    .filter(({ success }) => success)
    .map(({ output }) => output as S);
  if (examples.length > 0) return examples;
  throw new RangeError(`"${kind.type}" has settings without a default and names no \`examples\` of them`);
}
