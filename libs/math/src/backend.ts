import type { TensorChecksum } from './checksum.ts';

/** Which implementation computes; every one gives the bits of `reference` (contract `exact-1`). */
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

  /** out[m,n] = a[m,k] @ b[n,k]^T, summed as `matmul`: the seed's dX = A @ W^T, formula [6]. No aliasing. */
  matmulTransposed(
    out: Float32Array,
    a: Float32Array,
    b: Float32Array,
    m: number,
    k: number,
    n: number,
  ): void;

  /**
   * out[k,n] = tree sum over leaves of x[leaf rows,k]^T @ a[leaf rows,n] (contract, section 3): the seed's dW = X^T @ A, [4].
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

  /** out[n] = tree sum over leaves of the rows of a[rows,n]: the seed's dB, formula [5] summed over samples. */
  biasGradient(out: Float32Array, a: Float32Array, rows: number, n: number, leafRows: number): void;

  /** y[r,j] = y[r,j] + bias[j], in place: the `+ B` of Y = X W + B. */
  addBias(y: Float32Array, bias: Float32Array, rows: number, n: number): void;

  /** out[i] = sigmoid(y[i]) (contract, section 1). `out` may be `y`. */
  sigmoid(out: Float32Array, y: Float32Array): void;

  /** z[r,j] = sigmoid(z[r,j] + bias[j]), in place: the bits of `addBias` and then `sigmoid`, in one pass. */
  addBiasSigmoid(z: Float32Array, bias: Float32Array, rows: number, n: number): void;

  /** out[i] = dz[i] * (z[i] * (1 - z[i])), each operation rounded: A from dloss/dZ, with Z = sigmoid(Y). `out` may alias. */
  sigmoidBackward(out: Float32Array, dz: Float32Array, z: Float32Array): void;

  /** out[i] = prediction[i] - label[i]: dloss/dZ of the squared error. `out` may alias. */
  subtract(out: Float32Array, prediction: Float32Array, label: Float32Array): void;

  /** The float64 tree sum over leaves of sum_j error[r,j]^2 / 2, from error = out - label [rows,n] (contract, section 3). */
  squaredErrorSum(error: Float32Array, rows: number, n: number, leafRows: number): number;

  /** out[i] = a[i] + b[i]. `out` may alias. */
  add(out: Float32Array, a: Float32Array, b: Float32Array): void;

  /** out[i] = a[i] * factor, `factor` rounded to float32 first. `out` may be `a`. */
  scale(out: Float32Array, a: Float32Array, factor: number): void;

  /** out[i] = a[i] / divisor, `divisor` rounded to float32 first: the mean gradient. `out` may be `a`. */
  divide(out: Float32Array, a: Float32Array, divisor: number): void;

  /** y[i] = y[i] + alpha * x[i], two roundings, `alpha` rounded to float32 first. */
  axpy(y: Float32Array, alpha: number, x: Float32Array): void;

  /**
   * Stochastic gradient descent in one pass: g = gradientSum[i] / divisor, p = learningRate * g, out[i] = weights[i] - p, each
   * rounded, `divisor` and `learningRate` rounded to float32 first (contract, section 3). `out` may be `weights`.
   * @returns whether every out[i] is finite, decided on exponent bits as integers
   */
  sgd(
    out: Float32Array,
    weights: Float32Array,
    gradientSum: Float32Array,
    divisor: number,
    learningRate: number,
  ): boolean;

  /** out[i] = table[bytes[i]]: uint8 inputs through the run's 256-entry table (contract, section 4). */
  lookup(out: Float32Array, bytes: Uint8Array, table: Float32Array): void;

  /** Whether every element is finite, decided on exponent bits as integers. */
  isFinite(x: Float32Array): boolean;

  /** `checksumOf(x)`: a 64-bit checksum and the finite check in one pass. */
  checksum(x: Float32Array): TensorChecksum;
}
