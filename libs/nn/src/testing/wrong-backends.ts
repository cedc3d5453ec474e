import type { Backend, OperationName } from '@lockstep/math';
import { withOperation } from '@lockstep/math/testing';

const fround = Math.fround;
const SMALLEST_NORMAL = 2 ** -126;

/** A kernel whose first argument is what it writes. */
type WritingKernel = 'matmul' | 'matmulTransposed' | 'weightGradient' | 'biasGradient' | 'lookup';

/** Such a kernel, or an operation. */
export type Writing = WritingKernel | OperationName;

/** Where a kernel's arguments say how long the rows of its result are; `lookup` has one row. */
const WIDTH_AT: Readonly<Record<WritingKernel, number | undefined>> = {
  matmul: 5,
  matmulTransposed: 5,
  weightGradient: 5,
  biasGradient: 3,
  lookup: undefined,
};

const isKernel = (kernel: Writing): kernel is WritingKernel => kernel in WIDTH_AT;

/** The new value of element `column` of a row of `columns`. */
export type Alter = (value: number, column: number, columns: number) => number;

function alter(out: Float32Array, width: number, each: Alter): void {
  out.forEach((value, i) => (out[i] = each(value, i % width, width)));
}

/** `backend`, but for one kernel or operation, whose results are altered afterwards. */
export function altered(backend: Backend, kernel: Writing, each: Alter): Backend {
  if (!isKernel(kernel)) {
    return withOperation(backend, kernel, (operation, outs, inputs, scalars) => {
      const answer = backend.map(operation, outs, inputs, scalars);
      // What has a bias has rows of its length.
      const width = inputs.at(-1)!.length;
      for (const out of outs) alter(out, width, each);
      return answer;
    });
  }
  const compute = backend[kernel] as (out: Float32Array, ...rest: unknown[]) => unknown;
  const widthAt = WIDTH_AT[kernel];
  return {
    ...backend,
    [kernel]: (out: Float32Array, ...rest: unknown[]) => {
      const result = compute(out, ...rest);
      alter(out, widthAt === undefined ? out.length : (rest[widthAt - 1] as number), each);
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
