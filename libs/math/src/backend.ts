import type { TensorChecksum } from './checksum.ts';
import type { OperationName } from './operations.ts';

/** Which implementation computes; every one gives the bits of `reference` (contract `exact-2`). */
export type BackendName = 'reference' | 'wasm' | 'wasm-scalar' | 'native';

/**
 * One implementation of the numeric kernels. Every backend gives the same bits as `reference`.
 *
 * Conventions of every kernel: matrices are dense and row-major; `out` comes first and is overwritten; buffers may be any
 * `Float32Array`, but those made by `allocate` are reached without a copy. Nothing is allocated once shapes have been seen.
 * @throws {ShapeError} when a buffer's length disagrees with the shapes
 */
export interface Backend {
  readonly name: BackendName;
  /** What computes, for people: "wasm simd128", "reference". */
  readonly description: string;

  /** A zeroed tensor of `length` elements in memory that the kernels reach without copying. @throws {BackendMemoryError} */
  allocate(length: number): Float32Array;

  /** out[m,n] = a[m,k] @ b[k,n]: blocks of 256 k, each from +0, k ascending (contract, section 2). No aliasing. */
  matmul(out: Float32Array, a: Float32Array, b: Float32Array, m: number, k: number, n: number): void;

  /** out[m,n] = a[m,k] @ b[n,k]^T, summed as `matmul`: the specification's dX = A @ W^T, formula [6]. No aliasing. */
  matmulTransposed(
    out: Float32Array,
    a: Float32Array,
    b: Float32Array,
    m: number,
    k: number,
    n: number,
  ): void;

  /**
   * out[k,n] = tree sum over leaves of x[leaf rows,k]^T @ a[leaf rows,n] (contract, section 3): the specification's dW = X^T @ A, [4].
   * Only the rows `first` to `last` - 1 of `out` are written, by default all: threads share a gradient by its rows. No aliasing.
   */
  weightGradient(
    out: Float32Array,
    x: Float32Array,
    a: Float32Array,
    rows: number,
    k: number,
    n: number,
    leafRows: number,
    first?: number,
    last?: number,
  ): void;

  /** out[n] = tree sum over leaves of the rows of a[rows,n]: the specification's dB, formula [5] summed over samples. */
  biasGradient(out: Float32Array, a: Float32Array, rows: number, n: number, leafRows: number): void;

  /**
   * An elementwise operation of `ops`: outs[k][r,j] = its k-th result for the elements [r,j] of the inputs, or bias[j] of what is for
   * each column, or x[r] of what is for each row; how many rows and columns there are follows from the lengths. `inputs` are its
   * tensors and `scalars` its numbers, each in the order of the definition; scalars are rounded to float32 first. Each of `outs` may be
   * an input for each element, and no other overlaps.
   * @returns whether every result that the definition watches is finite, decided on exponent bits as integers; true where it watches none
   */
  map(
    operation: OperationName,
    outs: readonly Float32Array[],
    inputs: readonly Float32Array[],
    scalars?: readonly number[],
  ): boolean;

  /** The float64 tree sum over leaves of sum_j error[r,j]^2 / 2, from error = out - label [rows,n] (contract, section 3). */
  squaredErrorSum(error: Float32Array, rows: number, n: number, leafRows: number): number;

  /**
   * out[rows] = the sum of each row of x[rows,n]: 16 interleaved lanes, lane l of the elements l, l + 16, ... ascending from +0, joined up
   * the tree (contract, section 4). `out` must not alias an input, here and below.
   */
  rowSums(out: Float32Array, x: Float32Array, rows: number, n: number): void;

  /** out[rows] = the sum of a[r,j] * b[r,j] along each row, each product rounded, summed as `rowSums`. `a` may be `b`. */
  rowDots(out: Float32Array, a: Float32Array, b: Float32Array, rows: number, n: number): void;

  /** out[rows] = the largest of each row: its first element, replaced by each x[r,j] above what is there; +0 where n is 0. */
  rowMaxima(out: Float32Array, x: Float32Array, rows: number, n: number): void;

  /** out[i] = table[bytes[i]]: uint8 inputs through the run's 256-entry table (contract, section 4). */
  lookup(out: Float32Array, bytes: Uint8Array, table: Float32Array): void;

  /** Whether every element is finite, decided on exponent bits as integers. */
  isFinite(x: Float32Array): boolean;

  /** `checksumOf(x)`: a 64-bit checksum and the finite check in one pass. */
  checksum(x: Float32Array): TensorChecksum;
}
