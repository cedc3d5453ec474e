import type { Backend, OperationName, TensorChecksum } from '@lockstep/math';
import {
  CHECKSUM_LANES,
  checksumSeed,
  type Heap,
  joinLanes,
  OPERATION_SHAPES,
  requireBiasGradient,
  requireDimensions,
  requireLookup,
  requireOperation,
  requireProduct,
  requireRowRange,
  requireRows,
  requireSquaredErrorSum,
  requireWeightGradient,
} from '@lockstep/math/backend-parts';
import type { NativeKernels } from './kernels.ts';
import { VARIANT_NAMES, type Variant } from './variants.ts';

const CHECKSUM_SEEDS = Int32Array.from({ length: CHECKSUM_LANES }, (_, index) => checksumSeed(index));
const NONE: readonly number[] = [];

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

  map(
    operation: OperationName,
    outs: readonly Float32Array[],
    inputs: readonly Float32Array[],
    scalars = NONE,
  ): boolean {
    const width = requireOperation(operation, outs, inputs, scalars);
    const { length } = outs[0]!;
    if (length === 0) return true;
    const kernel = this.#kernels[operation];
    const answer = OPERATION_SHAPES[operation].hasRows
      ? kernel(...outs, ...inputs, ...scalars, length / width, width)
      : kernel(...outs, ...inputs, ...scalars, width);
    return answer !== 0;
  }

  rowSums(out: Float32Array, x: Float32Array, rows: number, n: number): void {
    requireRows('rowSums', out, [x], rows, n);
    this.#kernels.rowSums(out, x, rows, n);
  }

  rowDots(out: Float32Array, a: Float32Array, b: Float32Array, rows: number, n: number): void {
    requireRows('rowDots', out, [a, b], rows, n);
    this.#kernels.rowDots(out, a, b, rows, n);
  }

  rowMaxima(out: Float32Array, x: Float32Array, rows: number, n: number): void {
    requireRows('rowMaxima', out, [x], rows, n);
    if (n === 0) out.fill(0);
    else this.#kernels.rowMaxima(out, x, rows, n);
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
