import { isUniform, type Operation } from './operation.ts';

/** How a target names things. */
export interface NameStyle {
  /** Names that have a meaning there already. */
  readonly reserved: readonly string[];
  /** The name of the target's kind for a name of a definition. */
  readonly spell: (name: string) => string;
}

/** The names of an operation's values in a target, each once. */
export interface OperationNames {
  /** The parameters, as the kernel takes them: places in memory, and scalars. */
  readonly parameters: readonly string[];
  /** What is loaded from there: elements in a vector, or one number in all lanes. */
  readonly values: readonly string[];
  readonly steps: readonly string[];
  /** Where the kernel writes the results. */
  readonly outs: readonly string[];
  /** The results in vectors, where a function of its own computes them. */
  readonly results: readonly string[];
}

export function namesOf(
  { parameters, steps, results }: Operation,
  { reserved, spell }: NameStyle,
): OperationNames {
  const taken = new Set(reserved);
  const take = (wanted: string): string => {
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
    taken.add(name);
    return name;
  };
  return {
    outs: results.map(() => take('out')),
    results: results.map(() => take('result')),
    parameters: parameters.map(({ name }) => take(spell(name))),
    values: parameters.map(({ name, role }) => take(spell(`${name}${isUniform(role) ? 'Splat' : 'Value'}`))),
    steps: steps.map(({ name = 'value' }) => take(spell(name))),
  };
}

/** learningRate as learning_rate. */
export const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A number as a literal with a decimal point, which every target reads back exactly. */
export function decimal(value: number): string {
  const text = Object.is(value, -0) ? '-0' : `${value}`;
  return /[.e]/.test(text) ? text : `${text}.0`;
}
