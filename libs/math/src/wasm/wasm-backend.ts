import type { Backend } from '../backend.ts';
import { CHECKSUM_LANES, checksumSeed, joinLanes, type TensorChecksum } from '../checksum.ts';
import { Heap } from '../heap.ts';
import { OPERATION_SHAPES, type OperationName, requireOperation } from '../operations.ts';
import {
  requireBiasGradient,
  requireDimensions,
  requireLookup,
  requireProduct,
  requireRowRange,
  requireRows,
  requireSquaredErrorSum,
  requireWeightGradient,
} from '../shapes.ts';
import { sharedHeap, type SharedPlace } from '../shared-memory.ts';
import { Call } from './call.ts';
import { instantiateKernels, type Kernels } from './kernels.ts';
import { makeWasmMemory } from './memory.ts';

const CHECKSUM_SEEDS = Int32Array.from({ length: CHECKSUM_LANES }, (_, index) => checksumSeed(index));
const NONE: readonly number[] = [];

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
  /** What an operation's kernel is called with; the same list serves every call. */
  readonly #numbers: number[] = [];

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

  map(
    operation: OperationName,
    outs: readonly Float32Array[],
    inputs: readonly Float32Array[],
    scalars = NONE,
  ): boolean {
    const width = requireOperation(operation, outs, inputs, scalars);
    const { length } = outs[0]!;
    if (length === 0) return true;
    this.#call.begin(0, ...outs, ...inputs);
    const numbers = this.#numbers;
    numbers.length = 0;
    for (const out of outs) numbers.push(this.#call.output(out));
    for (const input of inputs) numbers.push(this.#call.input(input));
    numbers.push(...scalars);
    if (OPERATION_SHAPES[operation].hasRows) numbers.push(length / width);
    numbers.push(width);
    const answer = this.#kernels[operation](...numbers);
    for (let i = 0; i < outs.length; i++) this.#call.deliver(outs[i]!, numbers[i]!);
    return answer !== 0;
  }

  rowSums(out: Float32Array, x: Float32Array, rows: number, n: number): void {
    requireRows('rowSums', out, [x], rows, n);
    const workspace = this.#call.begin(this.#kernels.rowWorkspace(), out, x);
    const target = this.#call.output(out);
    this.#kernels.rowSums(target, this.#call.input(x), rows, n, workspace);
    this.#call.deliver(out, target);
  }

  rowDots(out: Float32Array, a: Float32Array, b: Float32Array, rows: number, n: number): void {
    requireRows('rowDots', out, [a, b], rows, n);
    const workspace = this.#call.begin(this.#kernels.rowWorkspace(), out, a, b);
    const target = this.#call.output(out);
    this.#kernels.rowDots(target, this.#call.input(a), this.#call.input(b), rows, n, workspace);
    this.#call.deliver(out, target);
  }

  rowMaxima(out: Float32Array, x: Float32Array, rows: number, n: number): void {
    requireRows('rowMaxima', out, [x], rows, n);
    if (n === 0) {
      out.fill(0);
      return;
    }
    this.#call.begin(0, out, x);
    const target = this.#call.output(out);
    this.#kernels.rowMaxima(target, this.#call.input(x), rows, n);
    this.#call.deliver(out, target);
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
