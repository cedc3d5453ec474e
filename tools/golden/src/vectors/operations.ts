import { referenceBackend as backend, type OperationName } from '@lockstep/math';
import { OPERATION_NAMES, OPERATION_SHAPES } from '@lockstep/math/backend-parts';
import { float32Hex, tensorHex } from './bits.ts';
import { someFloats } from './some-floats.ts';

const [ROWS, COLUMNS] = [2, 6];
/** In the place of the first elements: what is not ordinary. */
const SPECIAL = [0, -0, 2 ** -149, -Infinity, Infinity, NaN, 90, -90];
const SCALARS = [0.1, 0.9, 0.75, 1e-8, 7, 1 / 3];

/** Numbers of one of an operation's inputs; the first of them begins with what is not ordinary. */
function numbersOf(input: number, length: number): Float32Array {
  const numbers = someFloats(length, 40 * input).map((value) => 4 * value);
  if (input === 0) numbers.set(SPECIAL.slice(0, length - 4));
  return numbers;
}

function operation(name: OperationName): unknown {
  const { inputs, scalars, results } = OPERATION_SHAPES[name];
  const lengths = { element: ROWS * COLUMNS, column: COLUMNS, row: ROWS, scalar: 1 };
  const tensors = inputs.map(({ role }, index) => numbersOf(index, lengths[role]));
  const numbers = scalars.map((_, index) => SCALARS[index % SCALARS.length]!);
  const outs = results.map(() => new Float32Array(ROWS * COLUMNS));
  const isFinite = backend.map(name, outs, tensors, numbers);
  return {
    inputs: Object.fromEntries(inputs.map((input, index) => [input.name, tensorHex(tensors[index]!)])),
    scalars: Object.fromEntries(
      scalars.map((scalar, index) => [scalar.name, float32Hex(Math.fround(numbers[index]!))]),
    ),
    results: outs.map(tensorHex),
    isFinite,
  };
}

/** `rows` rows of `n` numbers, their sums, dot products with others, and the largest of each. */
function alongRows(n: number): unknown {
  const rows = 2;
  const [x, y] = [someFloats(rows * n), someFloats(rows * n, rows * n)];
  const [sums, dots, maxima] = [0, 1, 2].map(() => new Float32Array(rows)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  backend.rowSums(sums, x, rows, n);
  backend.rowDots(dots, x, y, rows, n);
  backend.rowMaxima(maxima, x, rows, n);
  const [a, b] = [tensorHex(x), tensorHex(y)];
  return { n, a, b, sums: tensorHex(sums), dots: tensorHex(dots), maxima: tensorHex(maxima) };
}

/** Vectors of every operation, on 2 rows of 6 columns, and of what is made of rows. */
export const operationVectors = (): Readonly<Record<string, unknown>> => ({
  operations: Object.fromEntries(OPERATION_NAMES.map((name) => [name, operation(name)])),
  alongRows: [3, 16, 37].map(alongRows),
});
