import type { Backend } from '@lockstep/math';

const fround = Math.fround;
const SMALLEST_NORMAL = 2 ** -126;

/** A kernel whose first argument is what it writes. */
export type Writing = Exclude<
  keyof Backend,
  'name' | 'description' | 'allocate' | 'squaredErrorSum' | 'isFinite' | 'checksum'
>;

/** Where a kernel's arguments say how long the rows of its result are; the others have one row. */
const WIDTH_AT: Partial<Record<Writing, number>> = {
  matmul: 5,
  matmulTransposed: 5,
  weightGradient: 5,
  biasGradient: 3,
  addBias: 3,
  addBiasSigmoid: 3,
};

/** The new value of element `column` of a row of `columns`. */
export type Alter = (value: number, column: number, columns: number) => number;

/** `backend`, but for one kernel, whose results are altered afterwards. */
export function altered(backend: Backend, kernel: Writing, alter: Alter): Backend {
  const compute = backend[kernel] as (out: Float32Array, ...rest: unknown[]) => unknown;
  const widthAt = WIDTH_AT[kernel];
  return {
    ...backend,
    [kernel]: (out: Float32Array, ...rest: unknown[]) => {
      const result = compute(out, ...rest);
      const width = widthAt === undefined ? out.length : (rest[widthAt - 1] as number);
      out.forEach((value, i) => (out[i] = alter(value, i % width, width)));
      return result;
    },
  };
}

const flush = (value: number): number => (Math.abs(value) < SMALLEST_NORMAL ? 0 : value);

/** Mistakes of engines and compilers in the results of any kernel. */
export const MISTAKES = {
  'flushes subnormals in vectors': (value, column, columns) =>
    column < columns - (columns % 4) ? flush(value) : value,
  'flushes subnormals in the scalar tail': (value, column, columns) =>
    column < columns - (columns % 4) ? value : flush(value),
  'loses the sign of zero': (value) => value + 0,
} as const satisfies Record<string, Alter>;

/** One step of a sum of products, rounded in some way. */
export type Accumulate = (sum: number, a: number, b: number) => number;

/** One rounding in place of two, as a fused multiply-add gives. */
export const fused: Accumulate = (sum, a, b) => fround(sum + a * b);

/** Halfway cases of the sum go the other way: the exact sum is as far from both. */
export const tiesAway: Accumulate = (sum, a, b) => awayFromTie(sum + fround(a * b));

/** `exact` rounded to float32, to the odd neighbour when it is halfway between two. */
export function awayFromTie(exact: number): number {
  const rounded = fround(exact);
  const other = 2 * exact - rounded;
  return fround(other) === other ? other : rounded;
}

/** `backend`, but for one product, which is summed with `accumulate`. */
export function summing(
  backend: Backend,
  kernel: 'matmul' | 'matmulTransposed' | 'weightGradient',
  accumulate: Accumulate,
): Backend {
  const product: Backend['matmul'] = (out, a, b, m, k, n) => {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) {
          const right = kernel === 'matmul' ? b[p * n + j]! : b[j * k + p]!;
          sum = accumulate(sum, a[i * k + p]!, right);
        }
        out[i * n + j] = sum;
      }
    }
  };
  const gradient: Backend['weightGradient'] = (out, x, a, rows, k, n, leafRows, first = 0, last = k) => {
    backend.weightGradient(out, x, a, rows, k, n, leafRows, first, last);
    if (rows > leafRows) return;
    for (let i = first; i < last; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let row = 0; row < rows; row++) sum = accumulate(sum, x[row * k + i]!, a[row * n + j]!);
        out[i * n + j] = sum;
      }
    }
  };
  return kernel === 'weightGradient'
    ? { ...backend, weightGradient: gradient }
    : {
        ...backend,
        [kernel]: (...args: Parameters<Backend['matmul']>) => {
          // Longer sums are cut into blocks, which is not what this is about.
          if (args[4] > 256) backend[kernel](...args);
          else product(...args);
        },
      };
}
