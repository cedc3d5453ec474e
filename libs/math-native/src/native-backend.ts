import type { Backend, TensorChecksum } from '@lockstep/math';
import {
  CHECKSUM_LANES,
  checksumSeed,
  type Heap,
  joinLanes,
  requireBias,
  requireBiasGradient,
  requireDimensions,
  requireLookup,
  requireProduct,
  requireRowRange,
  requireSameLength,
  requireSquaredErrorSum,
  requireWeightGradient,
} from '@lockstep/math/backend-parts';
import type { NativeKernels } from './kernels.ts';
import { VARIANT_NAMES, type Variant } from './variants.ts';

const CHECKSUM_SEEDS = Int32Array.from({ length: CHECKSUM_LANES }, (_, index) => checksumSeed(index));

/** The kernels in C, over a heap whose tensors begin at cache lines. Arrays from elsewhere are reached where they lie. */
export class NativeBackend implements Backend {
  readonly name = 'native';
  readonly description: string;
  readonly #kernels: NativeKernels;
  readonly #heap: Heap;
  readonly #lanes = new Int32Array(CHECKSUM_LANES);
  /** The scratch space of every call, as large as the largest so far needed. */
  #workspace: Uint8Array = new Uint8Array(0);

  constructor(variant: Variant, kernels: NativeKernels, heap: Heap) {
    this.description = `native ${VARIANT_NAMES[variant]}`;
    this.#kernels = kernels;
    this.#heap = heap;
  }

  allocate(length: number): Float32Array {
    requireDimensions('allocate', length);
    return this.#heap.allocate(length);
  }

  matmul(out: Float32Array, a: Float32Array, b: Float32Array, m: number, k: number, n: number): void {
    requireProduct('matmul', out, a, b, m, k, n);
    this.#product(this.#kernels.matmul, out, a, b, m, k, n);
  }

  matmulTransposed(
    out: Float32Array,
    a: Float32Array,
    b: Float32Array,
    m: number,
    k: number,
    n: number,
  ): void {
    requireProduct('matmulTransposed', out, a, b, m, k, n);
    this.#product(this.#kernels.matmulTransposed, out, a, b, m, k, n);
  }

  #product(
    kernel: NativeKernels['matmul'],
    out: Float32Array,
    a: Float32Array,
    b: Float32Array,
    m: number,
    k: number,
    n: number,
  ): void {
    if (k === 0) {
      out.fill(0);
      return;
    }
    const given = this.#workspace;
    const neededBytes = kernel(out, a, b, m, k, n, given, given.length);
    if (neededBytes === 0) return;
    const grown = this.#growWorkspace(neededBytes);
    kernel(out, a, b, m, k, n, grown, grown.length);
  }

  weightGradient(
    out: Float32Array,
    x: Float32Array,
    a: Float32Array,
    rows: number,
    k: number,
    n: number,
    leafRows: number,
    first = 0,
    last = k,
  ): void {
    requireWeightGradient(out, x, a, rows, k, n, leafRows);
    requireRowRange('weightGradient', first, last, k);
    if (rows === 0) {
      out.fill(0, first * n, last * n);
      return;
    }
    const kernel = this.#kernels.weightGradient;
    const given = this.#workspace;
    const neededBytes = kernel(out, x, a, rows, k, n, leafRows, first, last, given, given.length);
    if (neededBytes === 0) return;
    const grown = this.#growWorkspace(neededBytes);
    kernel(out, x, a, rows, k, n, leafRows, first, last, grown, grown.length);
  }

  /** @throws {BackendMemoryError} */
  #growWorkspace(byteLength: number): Uint8Array {
    const start = this.#heap.scratch(byteLength);
    this.#workspace = this.#heap.bytes.subarray(start, start + byteLength);
    return this.#workspace;
  }

  biasGradient(out: Float32Array, a: Float32Array, rows: number, n: number, leafRows: number): void {
    requireBiasGradient(out, a, rows, n, leafRows);
    if (rows === 0) out.fill(0);
    else this.#kernels.biasGradient(out, a, rows, n, leafRows);
  }

  squaredErrorSum(error: Float32Array, rows: number, n: number, leafRows: number): number {
    requireSquaredErrorSum(error, rows, n, leafRows);
    return rows === 0 ? 0 : this.#kernels.squaredErrorSum(error, rows, n, leafRows);
  }

  addBias(y: Float32Array, bias: Float32Array, rows: number, n: number): void {
    requireBias('addBias', y, bias, rows, n);
    this.#kernels.addBias(y, bias, rows, n);
  }

  sigmoid(out: Float32Array, y: Float32Array): void {
    requireSameLength('sigmoid', out, y);
    this.#kernels.sigmoid(out, y, out.length);
  }

  addBiasSigmoid(z: Float32Array, bias: Float32Array, rows: number, n: number): void {
    requireBias('addBiasSigmoid', z, bias, rows, n);
    this.#kernels.addBiasSigmoid(z, bias, rows, n);
  }

  sigmoidBackward(out: Float32Array, dz: Float32Array, z: Float32Array): void {
    requireSameLength('sigmoidBackward', out, dz, z);
    this.#kernels.sigmoidBackward(out, dz, z, out.length);
  }

  subtract(out: Float32Array, prediction: Float32Array, label: Float32Array): void {
    requireSameLength('subtract', out, prediction, label);
    this.#kernels.subtract(out, prediction, label, out.length);
  }

  add(out: Float32Array, a: Float32Array, b: Float32Array): void {
    requireSameLength('add', out, a, b);
    this.#kernels.add(out, a, b, out.length);
  }

  scale(out: Float32Array, a: Float32Array, factor: number): void {
    requireSameLength('scale', out, a);
    this.#kernels.scale(out, a, factor, out.length);
  }

  divide(out: Float32Array, a: Float32Array, divisor: number): void {
    requireSameLength('divide', out, a);
    this.#kernels.divide(out, a, divisor, out.length);
  }

  axpy(y: Float32Array, alpha: number, x: Float32Array): void {
    requireSameLength('axpy', y, x);
    this.#kernels.axpy(y, alpha, x, y.length);
  }

  sgd(
    out: Float32Array,
    weights: Float32Array,
    gradientSum: Float32Array,
    divisor: number,
    learningRate: number,
  ): boolean {
    requireSameLength('sgd', out, weights, gradientSum);
    return this.#kernels.sgd(out, weights, gradientSum, divisor, learningRate, out.length) !== 0;
  }

  lookup(out: Float32Array, bytes: Uint8Array, table: Float32Array): void {
    requireLookup(out, bytes, table);
    this.#kernels.lookup(out, bytes, table, out.length);
  }

  isFinite(x: Float32Array): boolean {
    return this.#kernels.isFinite(x, x.length) !== 0;
  }

  checksum(x: Float32Array): TensorChecksum {
    this.#lanes.set(CHECKSUM_SEEDS);
    const isFinite = this.#kernels.checksum(this.#lanes, x, x.length) !== 0;
    return { checksum: joinLanes(this.#lanes, x.length), isFinite };
  }
}
