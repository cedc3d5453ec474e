/** What a definition says, freed of TypeScript: a straight line of steps. Calls of other definitions are part of the line. */

/** What a number is; 'f64' only between `widen` and `narrow`. */
export type Kind = 'f32' | 'i32' | 'f64';

/** What a step reads. */
export type Operand =
  | { readonly source: 'parameter'; readonly kind: 'f32'; readonly index: number }
  | { readonly source: 'step'; readonly kind: Kind; readonly index: number }
  /** Finite, and exact in its kind. */
  | { readonly source: 'number'; readonly kind: Kind; readonly value: number };

export type Arithmetic = '+' | '-' | '*' | '/';
export type Comparison = '<' | '<=' | '>' | '>=';
export type FunctionName = 'sqrt' | 'abs' | 'negate' | 'bitsOf' | 'floatOf' | 'widen' | 'narrow';

/** One operation, rounded once to its kind where it rounds at all. 32-bit integers wrap. */
export type Step = { readonly kind: Kind; /** As the definition calls it. */ readonly name?: string } & (
  | {
      readonly form: 'arithmetic';
      readonly operator: Arithmetic;
      readonly left: Operand;
      readonly right: Operand;
    }
  /** Of an integer; >> keeps the sign. */
  | {
      readonly form: 'shift';
      readonly operator: '<<' | '>>';
      readonly operand: Operand;
      readonly count: number;
    }
  | { readonly form: 'function'; readonly function: FunctionName; readonly operand: Operand }
  /** left comparison right ? yes : no, of float32 numbers; a NaN makes every comparison false. */
  | {
      readonly form: 'choice';
      readonly comparison: Comparison;
      readonly left: Operand;
      readonly right: Operand;
      readonly yes: Operand;
      readonly no: Operand;
    }
);

/**
 * 'element': one of each element; 'scalar': one for all; 'column': one for each column, the same in every row; 'row': one for each row,
 * the same in every column.
 */
export type Role = 'element' | 'scalar' | 'column' | 'row';

export interface Parameter {
  readonly name: string;
  readonly role: Role;
}

/** What an operation gives for an element. */
export interface Result {
  readonly operand: Operand;
  /** Whether the kernel says if it is finite for every element. */
  readonly isChecked: boolean;
}

/** An operation of one element, to become a kernel. */
export interface Operation {
  readonly name: string;
  /** The file that defines it, in the folder of definitions. */
  readonly file: string;
  readonly parameters: readonly Parameter[];
  readonly steps: readonly Step[];
  /** At least one. */
  readonly results: readonly Result[];
}

/** Whether the kernel answers if what is watched is finite for every element. */
export const isChecked = ({ results }: Operation): boolean => results.some((result) => result.isChecked);

/** Whether the kernel goes row by row. */
export const hasRows = ({ parameters }: Operation): boolean =>
  parameters.some(({ role }) => role === 'column' || role === 'row');

/** Whether a vector holds one number in all its lanes, at least along a row. */
export const isUniform = (role: Role): boolean => role === 'scalar' || role === 'row';

/** The places of an operation's parameters as a kernel takes them: tensors before scalars, each in the order of the definition. */
export const kernelOrder = ({ parameters }: Operation): readonly number[] => {
  const places = [...parameters.keys()];
  const isScalar = (place: number): boolean => parameters[place]!.role === 'scalar';
  return [...places.filter((place) => !isScalar(place)), ...places.filter(isScalar)];
};

/** Steps from which on an operation waits for its own results longer than for memory. */
const CHAIN_STEPS = 16;

const isPlain = (step: Step): boolean =>
  step.form === 'choice' || (step.form === 'arithmetic' && step.kind === 'f32');

/**
 * Whether several vectors are to be computed in turn, the last ones filled up with zeros: long operations, and those with forms that
 * single numbers lack. All others are computed a vector at a time, and the last few elements one by one.
 */
export const isChain = ({ steps }: Operation): boolean => steps.length > CHAIN_STEPS || !steps.every(isPlain);

/** Whether most steps of a long operation are of float64, so that a vector of float32 is two that already wait in turn. */
export const isWide = (operation: Operation): boolean =>
  isChain(operation) &&
  operation.steps.filter(({ kind }) => kind === 'f64').length * 2 > operation.steps.length;

/** What a step reads, in the order of the definition. */
export function operandsOf(step: Step): readonly Operand[] {
  switch (step.form) {
    case 'arithmetic':
      return [step.left, step.right];
    case 'choice':
      return [step.left, step.right, step.yes, step.no];
    case 'shift':
    case 'function':
      return [step.operand];
    default:
      return step satisfies never;
  }
}
