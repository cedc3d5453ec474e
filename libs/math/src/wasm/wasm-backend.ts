import type { Backend } from '../backend.ts';
import { CHECKSUM_LANES, checksumSeed, joinLanes, type TensorChecksum } from '../checksum.ts';
import { Heap } from '../heap.ts';
import {
  requireBias,
  requireBiasGradient,
  requireDimensions,
  requireLookup,
  requireProduct,
  requireRowRange,
  requireSameLength,
  requireSquaredErrorSum,
  requireWeightGradient,
} from '../shapes.ts';
import { sharedHeap, type SharedPlace } from '../shared-memory.ts';
import { Call } from './call.ts';
import { instantiateKernels, type Kernels } from './kernels.ts';
import { makeWasmMemory } from './memory.ts';

const CHECKSUM_SEEDS = Int32Array.from({ length: CHECKSUM_LANES }, (_, index) => checksumSeed(index));

/** @param heapBytes bytes for tensors and scratch space, up to 4 GiB; untouched pages cost nothing */
export type WasmBackendMemory = { readonly heapBytes: number } | { readonly shared: SharedPlace };

/** The backends in WebAssembly: with 128-bit vectors, and without. */
export type WasmBackendName = 'wasm' | 'wasm-scalar';

const BUILDS = {
  wasm: { build: 'simd', description: 'wasm simd128' },
  'wasm-scalar': { build: 'scalar', description: 'wasm without vectors' },
} as const;

/**
 * The kernels in WebAssembly over a memory of fixed size: their own, or one shared with other threads.
 * @throws {BackendUnavailableError} where the engine lacks WebAssembly, the vectors of `wasm`, or so much memory
 */
export async function createWasmBackend(name: WasmBackendName, options: WasmBackendMemory): Promise<Backend> {
  const { build } = BUILDS[name];
  if ('heapBytes' in options) {
    const memory = makeWasmMemory(options.heapBytes);
    const kernels = await instantiateKernels(build, memory, 'own');
    return new WasmBackend(name, kernels, new Heap(memory.buffer));
  }
  const heap = sharedHeap(name, options.shared);
  const kernels = await instantiateKernels(build, options.shared.memory.wasm!, 'shared');
  return new WasmBackend(name, kernels, heap);
}

class WasmBackend implements Backend {
  readonly name: WasmBackendName;
  readonly description: string;
  readonly #kernels: Kernels;
  readonly #heap: Heap;
  readonly #call: Call;

  constructor(name: WasmBackendName, kernels: Kernels, heap: Heap) {
    this.name = name;
    this.description = BUILDS[name].description;
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
    const workspace = this.#call.begin(this.#kernels.matmulWorkspace(m, k, n), out, a, b);
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
    first = 0,
    last = k,
  ): void {
    requireWeightGradient(out, x, a, rows, k, n, leafRows);
    requireRowRange('weightGradient', first, last, k);
    if (first === last) return;
    if (rows === 0) {
      out.fill(0, first * n, last * n);
      return;
    }
    const workspaceBytes = this.#kernels.gradientWorkspace(rows, leafRows, last - first, n);
    const workspace = this.#call.begin(workspaceBytes, out, x, a);
    const target = this.#call.output(out);
    const xAddress = this.#call.input(x);
    const aAddress = this.#call.input(a);
    this.#kernels.weightGradient(target, xAddress, aAddress, rows, k, n, leafRows, first, last, workspace);
    this.#call.deliver(out, target, first * n, last * n);
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
    requireBias('addBias', y, bias, rows, n);
    this.#withBias(this.#kernels.addBias, y, bias, rows, n);
  }

  addBiasSigmoid(z: Float32Array, bias: Float32Array, rows: number, n: number): void {
    requireBias('addBiasSigmoid', z, bias, rows, n);
    this.#withBias(this.#kernels.addBiasSigmoid, z, bias, rows, n);
  }

  #withBias(kernel: Kernels['addBias'], y: Float32Array, bias: Float32Array, rows: number, n: number): void {
    this.#call.begin(0, y, bias);
    const target = this.#call.input(y);
    kernel(target, this.#call.input(bias), rows, n);
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

  sgd(
    out: Float32Array,
    weights: Float32Array,
    gradientSum: Float32Array,
    divisor: number,
    learningRate: number,
  ): boolean {
    requireSameLength('sgd', out, weights, gradientSum);
    this.#call.begin(0, out, weights, gradientSum);
    const target = this.#call.output(out);
    const weightsAddress = this.#call.input(weights);
    const sumAddress = this.#call.input(gradientSum);
    const { sgd } = this.#kernels;
    const isFinite = sgd(target, weightsAddress, sumAddress, divisor, learningRate, out.length) !== 0;
    this.#call.deliver(out, target);
    return isFinite;
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
