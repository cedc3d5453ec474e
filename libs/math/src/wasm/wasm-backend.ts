import type { Backend } from '../backend.ts';
import { CHECKSUM_LANES, checksumSeed, joinLanes, type TensorChecksum } from '../checksum.ts';
import { BackendUnavailableError } from '../errors.ts';
import {
  requireAddBias,
  requireBiasGradient,
  requireDimensions,
  requireLookup,
  requireProduct,
  requireSameLength,
  requireSquaredErrorSum,
  requireWeightGradient,
} from '../shapes.ts';
import { Call } from './call.ts';
import { Heap } from './heap.ts';
import { instantiateKernels, type Kernels } from './kernels.ts';

const PAGE_BYTES = 65536;
const LARGEST_HEAP = 65536 * PAGE_BYTES;
const CHECKSUM_SEEDS = Int32Array.from({ length: CHECKSUM_LANES }, (_, index) => checksumSeed(index));

/**
 * The kernels in WebAssembly with 128-bit vectors, over a memory of their own of fixed size.
 * @param options.heapBytes bytes for tensors and scratch space, up to 4 GiB; untouched pages cost nothing
 * @throws {BackendUnavailableError} where the engine lacks 128-bit vectors or so much memory
 */
export async function createWasmBackend(options: { readonly heapBytes: number }): Promise<Backend> {
  const { heapBytes } = options;
  if (!Number.isSafeInteger(heapBytes) || heapBytes < 1 || heapBytes > LARGEST_HEAP) {
    throw new BackendUnavailableError(
      `heapBytes is ${heapBytes}; the wasm backend's memory has from 1 to ${LARGEST_HEAP} bytes`,
    );
  }
  const { kernels, memory } = await instantiateKernels(Math.ceil(heapBytes / PAGE_BYTES));
  return new WasmBackend(kernels, new Heap(memory.buffer));
}

class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly description = 'wasm simd128';
  readonly #kernels: Kernels;
  readonly #heap: Heap;
  readonly #call: Call;

  constructor(kernels: Kernels, heap: Heap) {
    this.#kernels = kernels;
    this.#heap = heap;
    this.#call = new Call(heap);
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
    kernel: Kernels['matmul'],
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
    const workspace = this.#call.begin(this.#kernels.matmulWorkspace(k, n), out, a, b);
    const target = this.#call.output(out);
    kernel(target, this.#call.input(a), this.#call.input(b), m, k, n, workspace);
    this.#call.deliver(out, target);
  }

  weightGradient(
    out: Float32Array,
    x: Float32Array,
    a: Float32Array,
    rows: number,
    k: number,
    n: number,
    leafRows: number,
  ): void {
    requireWeightGradient(out, x, a, rows, k, n, leafRows);
    if (rows === 0) {
      out.fill(0);
      return;
    }
    const workspace = this.#call.begin(this.#kernels.productWorkspace(rows, n), out, x, a);
    const target = this.#call.output(out);
    const xAddress = this.#call.input(x);
    const aAddress = this.#call.input(a);
    this.#kernels.weightGradient(target, xAddress, aAddress, rows, k, n, leafRows, workspace);
    this.#call.deliver(out, target);
  }

  biasGradient(out: Float32Array, a: Float32Array, rows: number, n: number, leafRows: number): void {
    requireBiasGradient(out, a, rows, n, leafRows);
    if (rows === 0) {
      out.fill(0);
      return;
    }
    const workspace = this.#call.begin(this.#kernels.sumWorkspace(), out, a);
    const target = this.#call.output(out);
    this.#kernels.biasGradient(target, this.#call.input(a), rows, n, leafRows, workspace);
    this.#call.deliver(out, target);
  }

  squaredErrorSum(error: Float32Array, rows: number, n: number, leafRows: number): number {
    requireSquaredErrorSum(error, rows, n, leafRows);
    if (rows === 0) return 0;
    const workspace = this.#call.begin(this.#kernels.sumWorkspace(), error);
    return this.#kernels.squaredErrorSum(this.#call.input(error), rows, n, leafRows, workspace);
  }

  addBias(y: Float32Array, bias: Float32Array, rows: number, n: number): void {
    requireAddBias(y, bias, rows, n);
    this.#call.begin(0, y, bias);
    const target = this.#call.input(y);
    this.#kernels.addBias(target, this.#call.input(bias), rows, n);
    this.#call.deliver(y, target);
  }

  sigmoid(out: Float32Array, y: Float32Array): void {
    requireSameLength('sigmoid', out, y);
    this.#call.begin(0, out, y);
    const target = this.#call.output(out);
    this.#kernels.sigmoid(target, this.#call.input(y), out.length);
    this.#call.deliver(out, target);
  }

  sigmoidBackward(out: Float32Array, dz: Float32Array, z: Float32Array): void {
    requireSameLength('sigmoidBackward', out, dz, z);
    this.#binary(this.#kernels.sigmoidBackward, out, dz, z);
  }

  subtract(out: Float32Array, prediction: Float32Array, label: Float32Array): void {
    requireSameLength('subtract', out, prediction, label);
    this.#binary(this.#kernels.subtract, out, prediction, label);
  }

  add(out: Float32Array, a: Float32Array, b: Float32Array): void {
    requireSameLength('add', out, a, b);
    this.#binary(this.#kernels.add, out, a, b);
  }

  #binary(kernel: Kernels['add'], out: Float32Array, a: Float32Array, b: Float32Array): void {
    this.#call.begin(0, out, a, b);
    const target = this.#call.output(out);
    kernel(target, this.#call.input(a), this.#call.input(b), out.length);
    this.#call.deliver(out, target);
  }

  scale(out: Float32Array, a: Float32Array, factor: number): void {
    requireSameLength('scale', out, a);
    this.#withScalar(this.#kernels.scale, out, a, factor);
  }

  divide(out: Float32Array, a: Float32Array, divisor: number): void {
    requireSameLength('divide', out, a);
    this.#withScalar(this.#kernels.divide, out, a, divisor);
  }

  #withScalar(kernel: Kernels['scale'], out: Float32Array, a: Float32Array, scalar: number): void {
    this.#call.begin(0, out, a);
    const target = this.#call.output(out);
    kernel(target, this.#call.input(a), scalar, out.length);
    this.#call.deliver(out, target);
  }

  axpy(y: Float32Array, alpha: number, x: Float32Array): void {
    requireSameLength('axpy', y, x);
    this.#call.begin(0, y, x);
    const target = this.#call.input(y);
    this.#kernels.axpy(target, alpha, this.#call.input(x), y.length);
    this.#call.deliver(y, target);
  }

  lookup(out: Float32Array, bytes: Uint8Array, table: Float32Array): void {
    requireLookup(out, bytes, table);
    this.#call.begin(0, out, bytes, table);
    const target = this.#call.output(out);
    this.#kernels.lookup(target, this.#call.input(bytes), this.#call.input(table), out.length);
    this.#call.deliver(out, target);
  }

  isFinite(x: Float32Array): boolean {
    this.#call.begin(0, x);
    return this.#kernels.isAllFinite(this.#call.input(x), x.length) !== 0;
  }

  checksum(x: Float32Array): TensorChecksum {
    const address = this.#call.begin(CHECKSUM_LANES * 4, x);
    const lanes = this.#heap.words.subarray(address / 4, address / 4 + CHECKSUM_LANES);
    lanes.set(CHECKSUM_SEEDS);
    const isFinite = this.#kernels.checksum(address, this.#call.input(x), x.length) !== 0;
    return { checksum: joinLanes(lanes, x.length), isFinite };
  }
}
