import { decimal, type OperationNames } from './naming.ts';
import type { Arithmetic, Comparison, FunctionName, Kind, Operand, Step } from './operation.ts';

/** What follows the name of a value in vectors: one of float64 has half the lanes, so that there are two. */
export const PARTS: Readonly<Record<Kind, readonly string[]>> = {
  f32: [''],
  i32: [''],
  f64: ['Low', 'High'],
};

const LANES: Readonly<Record<Kind, string>> = { f32: 'f32x4', i32: 'i32x4', f64: 'f64x2' };
const INSTRUCTIONS: Readonly<Record<Arithmetic | Comparison, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

/** A step on four elements, as an expression. @param part the one of its kind's parts that is wanted */
export function vectorStep(step: Step, part: string, names: OperationNames): string {
  const of = (operand: Operand, wanted = part): string => vectorOperand(operand, wanted, names);
  switch (step.form) {
    case 'arithmetic':
      return `${LANES[step.kind]}.${INSTRUCTIONS[step.operator]}(${of(step.left)}, ${of(step.right)})`;
    case 'shift':
      return `i32x4.${step.operator === '<<' ? 'shl' : 'shr_s'}(${of(step.operand)}, ${step.count})`;
    case 'choice': {
      const { comparison, left, right, yes, no } = step;
      const mask = `f32x4.${INSTRUCTIONS[comparison]}(${of(left)}, ${of(right)})`;
      return `v128.bitselect(${of(yes)}, ${of(no)}, ${mask})`;
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
      return `f32x4.sqrt(${operand('')})`;
    case 'abs':
      return `f32x4.abs(${operand('')})`;
    case 'negate':
      return `f32x4.neg(${operand('')})`;
    case 'bitsOf':
    case 'floatOf':
      return operand('');
    case 'widen':
      return `f64x2.promote_low_f32x4(${part === 'Low' ? operand('') : upperHalf(operand(''))})`;
    case 'narrow': {
      const [low, high] = PARTS.f64.map((half) => `f32x4.demote_f64x2_zero(${operand(half)})`);
      return `v128.shuffle<f32>(${low}, ${high}, 0, 1, 4, 5)`;
    }
    default:
      return name satisfies never;
  }
}

const upperHalf = (vector: string): string => `v128.shuffle<f32>(${vector}, ${vector}, 2, 3, 2, 3)`;

export function vectorOperand(operand: Operand, part: string, names: OperationNames): string {
  switch (operand.source) {
    case 'parameter':
      return names.values[operand.index]!;
    case 'step':
      return `${names.steps[operand.index]}${operand.kind === 'f64' ? part : ''}`;
    case 'number':
      return `${LANES[operand.kind]}.splat(${literal(operand)})`;
    default:
      return operand satisfies never;
  }
}

const literal = ({ kind, value }: Operand & { readonly source: 'number' }): string =>
  kind === 'i32' ? `${value}` : decimal(value);

/** A step on one element, as an expression. */
export function singleStep(step: Step, names: OperationNames): string {
  const of = (operand: Operand): string => singleOperand(operand, names);
  switch (step.form) {
    case 'arithmetic':
      return `${of(step.left)} ${step.operator} ${of(step.right)}`;
    case 'shift':
      return `${of(step.operand)} ${step.operator} ${step.count}`;
    case 'choice':
      return `${of(step.left)} ${step.comparison} ${of(step.right)} ? ${of(step.yes)} : ${of(step.no)}`;
    case 'function':
      return singleFunction(step.function, of(step.operand));
    default:
      return step satisfies never;
  }
}

function singleFunction(name: FunctionName, operand: string): string {
  switch (name) {
    case 'sqrt':
    case 'abs':
      return `${name}<f32>(${operand})`;
    case 'negate':
      return `-${operand}`;
    case 'bitsOf':
      return `reinterpret<i32>(${operand})`;
    case 'floatOf':
      return `reinterpret<f32>(${operand})`;
    case 'widen':
      return `<f64>${operand}`;
    case 'narrow':
      return `<f32>${operand}`;
    default:
      return name satisfies never;
  }
}

export function singleOperand(operand: Operand, names: OperationNames): string {
  switch (operand.source) {
    case 'parameter':
      return names.values[operand.index]!;
    case 'step':
      return names.steps[operand.index]!;
    case 'number':
      // In parentheses, since a negative number may follow an operator.
      return `(<${operand.kind}>${literal(operand)})`;
    default:
      return operand satisfies never;
  }
}
