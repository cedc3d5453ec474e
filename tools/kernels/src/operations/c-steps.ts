import { decimal, type OperationNames } from './naming.ts';
import type { FunctionName, Kind, Operand, Step } from './operation.ts';

/** The types of target.h. */
export const VECTOR_TYPES: Readonly<Record<Kind, string>> = {
  f32: 'vector',
  i32: 'integers',
  f64: 'doubles',
};

/** What follows the name of a value: a vector of float64 has half the lanes, so that there are two. */
export const PARTS: Readonly<Record<Kind, readonly string[]>> = {
  f32: [''],
  i32: [''],
  f64: ['_low', '_high'],
};

/** How a value is reached, by its name. */
export type Place = (name: string) => string;

/** A step on a vector, as an expression. @param part the one of its kind's parts that is wanted */
export function vectorStep(step: Step, part: string, names: OperationNames, place: Place): string {
  const of = (operand: Operand, of = part): string => vectorOperand(operand, of, names, place);
  // Integers wrap as unsigned numbers do.
  const words = (operand: Operand): string =>
    operand.source === 'number' ? `splat_word(${operand.value >>> 0}u)` : `(words)${of(operand)}`;
  switch (step.form) {
    case 'arithmetic':
      if (step.kind !== 'i32') return `${of(step.left)} ${step.operator} ${of(step.right)}`;
      return `(integers)(${words(step.left)} ${step.operator} ${words(step.right)})`;
    case 'shift':
      if (step.operator === '>>') return `${of(step.operand)} >> ${step.count}`;
      return `(integers)(${words(step.operand)} << ${step.count})`;
    case 'choice': {
      const { left, right, yes, no } = step;
      const [first, second] = step.comparison.startsWith('<') ? [left, right] : [right, left];
      const choose = step.comparison.endsWith('=') ? 'choose_if_at_most' : 'choose_if_less';
      return `${choose}(${of(first)}, ${of(second)}, ${of(yes)}, ${of(no)})`;
    }
    case 'function':
      return vectorFunction(step.function, part, (wanted) => of(step.operand, wanted));
    default:
      return step satisfies never;
  }
}

function vectorFunction(name: FunctionName, part: string, operand: (part: string) => string): string {
  switch (name) {
    case 'sqrt':
      return `roots(${operand('')})`;
    case 'abs':
      return `magnitude(${operand('')})`;
    case 'negate':
      return `-${operand('')}`;
    case 'bitsOf':
      return `(integers)${operand('')}`;
    case 'floatOf':
      return `(vector)${operand('')}`;
    case 'widen':
      return `${part.slice(1)}_doubles(${operand('')})`;
    case 'narrow':
      return `narrowed(${PARTS.f64.map(operand).join(', ')})`;
    default:
      return name satisfies never;
  }
}

export function vectorOperand(operand: Operand, part: string, names: OperationNames, place: Place): string {
  switch (operand.source) {
    case 'parameter':
      return place(names.values[operand.index]!);
    case 'step':
      return place(`${names.steps[operand.index]}${operand.kind === 'f64' ? part : ''}`);
    case 'number':
      if (operand.kind === 'f64') return decimal(operand.value);
      if (operand.kind === 'f32') return `splat(${decimal(operand.value)}f)`;
      return `(integers)splat_word(${operand.value >>> 0}u)`;
    default:
      return operand satisfies never;
  }
}

/** A plain step on one element, as an expression. @param parameters how those are reached */
export function singleStep(step: Step, names: OperationNames, parameters: readonly string[]): string {
  const of = (operand: Operand): string => singleOperand(operand, names, parameters);
  if (step.form === 'arithmetic') return `${of(step.left)} ${step.operator} ${of(step.right)}`;
  if (step.form === 'choice') {
    return `${of(step.left)} ${step.comparison} ${of(step.right)} ? ${of(step.yes)} : ${of(step.no)}`;
  }
  throw new Error(`a ${step.form} is no plain step`);
}

export function singleOperand(
  operand: Operand,
  names: OperationNames,
  parameters: readonly string[],
): string {
  if (operand.source === 'parameter') return parameters[operand.index]!;
  return operand.source === 'step' ? names.steps[operand.index]! : `${decimal(operand.value)}f`;
}
