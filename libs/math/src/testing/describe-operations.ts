import { beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../backend.ts';
import { ShapeError } from '../errors.ts';
import * as ops from '../ops/index.ts';
import { OPERATION_NAMES, OPERATION_SHAPES, type OperationName } from '../operations.ts';
import { firstDifference } from './same-bits.ts';
import {
  areSurroundingsIntact,
  emptyTensor,
  LENGTHS,
  mixed,
  numbersOf,
  type Place,
  placed,
  PLACES,
  SCALARS,
} from './tensors.ts';

/** Rows and columns of what goes row by row; other operations take them as one length. */
const SIZES = [
  ...LENGTHS.map((length) => [1, length] as const),
  ...LENGTHS.filter((length) => length < 200).map((length) => [3, length] as const),
  [0, 5] as const,
  [65, 1] as const,
];

type Fill = (length: number, seed: number) => Float32Array;

/** What an operation is given. */
interface Given {
  readonly rows: number;
  readonly columns: number;
  readonly inputs: readonly Float32Array[];
  readonly scalars: readonly number[];
}

function givenTo(
  name: OperationName,
  rows: number,
  columns: number,
  turn: number,
  fill: Fill = mixed,
): Given {
  const { inputs, scalars } = OPERATION_SHAPES[name];
  const lengths = { element: rows * columns, column: columns, row: rows, scalar: 1 };
  return {
    rows,
    columns,
    inputs: inputs.map(({ role }, i) => fill(lengths[role], turn + i + 1)),
    scalars: scalars.map((_, i) => SCALARS[(turn + 3 * i) % SCALARS.length]!),
  };
}

/** The definition, executed for each element. */
function executed(name: OperationName, given: Given): readonly Float32Array[] {
  const { parameters, results } = OPERATION_SHAPES[name];
  const definition: (...numbers: number[]) => number | readonly number[] = ops[name];
  const outs = results.map(() => new Float32Array(given.rows * given.columns));
  for (let i = 0; i < outs[0]!.length; i++) {
    const [row, column] = [Math.floor(i / given.columns), i % given.columns];
    const [inputs, scalars] = [given.inputs.values(), given.scalars.values()];
    const numbers = parameters.map(({ role }) => {
      if (role === 'scalar') return Math.fround(scalars.next().value!);
      return inputs.next().value![{ element: i, column, row }[role]]!;
    });
    for (const [k, value] of [definition(...numbers)].flat().entries()) outs[k]![i] = value;
  }
  return outs;
}

const isFinite = (tensor: Float32Array): boolean => tensor.every((value) => Number.isFinite(value));

/** Whether all that the operation watches is finite. */
const answerOf = (name: OperationName, outs: readonly Float32Array[]): boolean =>
  OPERATION_SHAPES[name].results.every(({ isChecked }, k) => !isChecked || isFinite(outs[k]!));

const replaced = (
  tensors: readonly Float32Array[],
  at: number,
  tensor: Float32Array,
): readonly Float32Array[] => tensors.map((each, i) => (i === at ? tensor : each));

/** What is wrong with what the backend makes of it, or undefined. */
function mistakeOf(backend: Backend, name: OperationName, given: Given, place: Place): string | undefined {
  const expected = executed(name, given);
  const inputs = given.inputs.map((input) => placed(backend, place, input));
  const outs = expected.map(({ length }) => emptyTensor(backend, place, length));
  const answer = backend.map(name, outs, inputs, given.scalars);
  const size = `${given.rows} x ${given.columns}, scalars ${given.scalars.join(', ')}`;
  for (const [k, out] of outs.entries()) {
    const difference = firstDifference(out, expected[k]!);
    if (difference !== undefined) return `${size}: ${difference} in result ${k}`;
    if (place === 'foreign-window' && !areSurroundingsIntact(out)) return `${size}: writes outside`;
  }
  const changed = inputs.findIndex((input, i) => firstDifference(input, given.inputs[i]!) !== undefined);
  if (changed >= 0) return `${size}: writes its input ${changed}`;
  return answer === answerOf(name, expected) ? undefined : `${size}: answers ${answer}`;
}

/** The whole range of float32, and where functions bend, as bit patterns. */
const SWEEPS = [
  { range: 'the whole range of float32', from: 0, to: 2 ** 32, stride: 263_167 },
  { range: 'the positive numbers where functions bend', from: 0x3c000000, to: 0x42d40000, stride: 4999 },
  { range: 'the negative numbers where functions bend', from: 0xbc000000, to: 0xc2d40000, stride: 4999 },
];

/** Every operation that there is, against its definition. */
export function describeOperations(makeBackend: () => Promise<Backend>): void {
  let backend: Backend;
  beforeAll(async () => {
    backend = await makeBackend();
  });

  describe.each(OPERATION_NAMES)('%s', (name) => {
    const shape = OPERATION_SHAPES[name];
    const names = [...shape.inputs.keys()];

    it.each(PLACES)('gives the bits of its definition for every size, in %s tensors', (place) => {
      for (const [turn, [rows, columns]] of SIZES.entries()) {
        expect(mistakeOf(backend, name, givenTo(name, rows, columns, turn), place)).toBeUndefined();
      }
    });

    it('gives the bits of its definition for every scalar', () => {
      for (const turn of SCALARS.keys()) {
        expect(mistakeOf(backend, name, givenTo(name, 3, 29, turn), 'foreign')).toBeUndefined();
      }
    });

    it.each(SWEEPS)('gives the bits of its definition over $range', ({ from, to, stride }) => {
      const count = Math.ceil((to - from) / stride);
      const words = Uint32Array.from({ length: count }, (_, i) => from + i * stride);
      const sweep = new Float32Array(words.buffer);
      const fill: Fill = (length, seed) =>
        seed === 1 && length === count ? sweep : numbersOf('ordinary', length, seed);
      expect(mistakeOf(backend, name, givenTo(name, 1, count, 0, fill), 'foreign')).toBeUndefined();
    });

    it.each(PLACES)('may write over any of its inputs for each element, in %s tensors', (place) => {
      const given = givenTo(name, 3, 29, 5);
      const expected = executed(name, given);
      for (const i of names.filter((input) => shape.inputs[input]!.role === 'element')) {
        for (const [k, result] of expected.entries()) {
          const inputs = given.inputs.map((input) => placed(backend, place, input));
          const outs = expected.map(({ length }) => emptyTensor(backend, place, length));
          outs[k] = inputs[i]!;
          backend.map(name, outs, inputs, given.scalars);
          expect(firstDifference(outs[k], result)).toBeUndefined();
        }
      }
    });

    it('answers whether what it watches is finite, wherever a number is not', () => {
      const fill: Fill = (length, seed) => numbersOf('ordinary', length, seed);
      const given = { ...givenTo(name, 3, 29, 0, fill), scalars: shape.scalars.map(() => 0.5) };
      for (const [i, input] of given.inputs.entries()) {
        for (let at = -1; at < input.length; at++) {
          const changed = input.slice();
          if (at >= 0) changed[at] = [NaN, Infinity, -Infinity][at % 3]!;
          const inputs = replaced(given.inputs, i, changed);
          const outs = shape.results.map(() => new Float32Array(3 * 29));
          const answer = backend.map(name, outs, inputs, given.scalars);
          expect(answer).toBe(answerOf(name, executed(name, { ...given, inputs })));
        }
      }
    });

    it('refuses tensors whose lengths do not fit, and too few or too many of them', () => {
      const { inputs, scalars } = givenTo(name, 2, 3, 0);
      const outs = shape.results.map(() => new Float32Array(6));
      const long = (tensor: Float32Array): Float32Array => new Float32Array(tensor.length + 1);
      const refuse = (
        results: readonly Float32Array[],
        tensors: readonly Float32Array[],
        numbers: readonly number[],
      ): void => expect(() => backend.map(name, results, tensors, numbers)).toThrow(ShapeError);
      refuse([], inputs, scalars);
      refuse([...outs, outs[0]!], inputs, scalars);
      refuse(outs, inputs.slice(1), scalars);
      refuse(outs, [...inputs, inputs[0]!], scalars);
      refuse(outs, inputs, [...scalars, 1]);
      if (scalars.length > 0) refuse(outs, inputs, scalars.slice(1));
      refuse(outs.map(long), inputs, scalars);
      for (const k of outs.keys())
        if (outs.length > 1) refuse(replaced(outs, k, long(outs[k]!)), inputs, scalars);
      for (const i of names.filter((input) => inputs.length > 1 || shape.inputs[input]!.role === 'element')) {
        refuse(outs, replaced(inputs, i, new Float32Array(5)), scalars);
      }
    });
  });

  it('lookup gives every byte its entry of the table', () => {
    const table = mixed(256, 9);
    const bytes = Uint8Array.from({ length: 519 }, (_, i) => (i * 7) & 255);
    for (const place of PLACES) {
      const out = emptyTensor(backend, place, bytes.length);
      backend.lookup(out, bytes, placed(backend, place, table));
      expect(
        firstDifference(
          out,
          Float32Array.from(bytes, (byte) => table[byte]!),
        ),
      ).toBeUndefined();
    }
  });
}
