import * as ops from '../ops/index.ts';
import { OPERATION_SHAPES, type OperationName, requireOperation } from '../operations.ts';
import { isFinite } from './elementwise.ts';

const fround = Math.fround;
const NONE: readonly number[] = [];

/** An operation of one element, as it is written. */
type Definition = (...numbers: number[]) => number | readonly number[];

/** `Backend.map`: the definition of the operation, for one element after the other. @throws {ShapeError} */
export function map(
  operation: OperationName,
  outs: readonly Float32Array[],
  inputs: readonly Float32Array[],
  scalars = NONE,
): boolean {
  const width = requireOperation(operation, outs, inputs, scalars);
  const { parameters, results } = OPERATION_SHAPES[operation];
  const definition: Definition = ops[operation];
  const numbers = new Array<number>(parameters.length).fill(0);
  const tensors: { readonly place: number; readonly role: string; readonly values: Float32Array }[] = [];
  let scalar = 0;
  for (const [place, { role }] of parameters.entries()) {
    if (role === 'scalar') numbers[place] = fround(scalars[scalar++]!);
    else tensors.push({ place, role, values: inputs[tensors.length]! });
  }
  const out = outs[0]!;
  for (let i = 0; i < out.length; i++) {
    for (const { place, role, values } of tensors) {
      numbers[place] = values[role === 'element' ? i : role === 'column' ? i % width : (i / width) | 0]!;
    }
    const given = apply(definition, numbers);
    if (typeof given === 'number') out[i] = given;
    else for (let k = 0; k < given.length; k++) outs[k]![i] = given[k]!;
  }
  return results.every(({ isChecked }, k) => !isChecked || isFinite(outs[k]!));
}

/** A spread of few numbers takes twice the time of naming them. */
function apply(definition: Definition, numbers: readonly number[]): number | readonly number[] {
  const [a, b, c] = numbers as [number, number, number];
  switch (numbers.length) {
    case 1:
      return definition(a);
    case 2:
      return definition(a, b);
    case 3:
      return definition(a, b, c);
    default:
      return definition(...numbers);
  }
}
