/**
 * The functions of a built library (native/*.c), one for each kernel of `Backend`. Arrays are passed as they are and read where they
 * lie. `workspace` is the scratch space of one call; the products return the bytes they need when it has fewer, and then have
 * computed nothing, else 0.
 */
export interface NativeKernels {
  readonly matmul: Product;
  readonly matmulTransposed: Product;
  weightGradient(
    out: Float32Array,
    x: Float32Array,
    a: Float32Array,
    rows: number,
    k: number,
    n: number,
    leafRows: number,
    first: number,
    last: number,
    workspace: Uint8Array,
    workspaceBytes: number,
  ): number;
  biasGradient(out: Float32Array, a: Float32Array, rows: number, n: number, leafRows: number): void;
  squaredErrorSum(error: Float32Array, rows: number, n: number, leafRows: number): number;
  addBias(y: Float32Array, bias: Float32Array, rows: number, n: number): void;
  sigmoid(out: Float32Array, y: Float32Array, count: number): void;
  addBiasSigmoid(z: Float32Array, bias: Float32Array, rows: number, n: number): void;
  readonly sigmoidBackward: Binary;
  readonly subtract: Binary;
  readonly add: Binary;
  readonly scale: WithScalar;
  readonly divide: WithScalar;
  axpy(y: Float32Array, alpha: number, x: Float32Array, count: number): void;
  sgd(
    out: Float32Array,
    weights: Float32Array,
    gradientSum: Float32Array,
    divisor: number,
    learningRate: number,
    count: number,
  ): number;
  lookup(out: Float32Array, bytes: Uint8Array, table: Float32Array, count: number): void;
  isFinite(x: Float32Array, count: number): number;
  checksum(lanes: Int32Array, x: Float32Array, count: number): number;
  /** Where an array lies. */
  address(memory: Uint8Array): number | bigint;
  /** Asks the system for large pages there. */
  advise(memory: Uint8Array, bytes: number): void;
  /** Memory for several processes: its descriptor, -1 when that cannot be. */
  makeShared(name: string, bytes: number): number;
  /** Such memory, by its path: its address, 0 when that cannot be. */
  mapShared(path: string, bytes: number): number | bigint;
  /** Gives that memory back; its addresses read as zeros from then on. */
  unmapShared(address: number | bigint, bytes: number): void;
  /** Keeps the calling thread on one of the cores it may run on, by its number among them; 0 where that cannot be. */
  keepToCore(place: number): number;
  /** Bits of what the processor has (`runsVariant`). */
  features(): number;
}

type Product = (
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
  workspace: Uint8Array,
  workspaceBytes: number,
) => number;
type Binary = (out: Float32Array, a: Float32Array, b: Float32Array, count: number) => void;
type WithScalar = (out: Float32Array, a: Float32Array, scalar: number, count: number) => void;

/** As C declares them. A pointer is `void *` here, since every kind of array goes through it untouched. */
const PROTOTYPES: Readonly<Record<keyof NativeKernels, string>> = {
  matmul: 'size_t lockstep_matmul(void *, void *, void *, size_t, size_t, size_t, void *, size_t)',
  matmulTransposed:
    'size_t lockstep_matmul_transposed(void *, void *, void *, size_t, size_t, size_t, void *, size_t)',
  weightGradient:
    'size_t lockstep_weight_gradient(void *, void *, void *, size_t, size_t, size_t, size_t, size_t, size_t, void *, size_t)',
  biasGradient: 'void lockstep_bias_gradient(void *, void *, size_t, size_t, size_t)',
  squaredErrorSum: 'double lockstep_squared_error_sum(void *, size_t, size_t, size_t)',
  addBias: 'void lockstep_add_bias(void *, void *, size_t, size_t)',
  sigmoid: 'void lockstep_sigmoid(void *, void *, size_t)',
  addBiasSigmoid: 'void lockstep_add_bias_sigmoid(void *, void *, size_t, size_t)',
  sigmoidBackward: 'void lockstep_sigmoid_backward(void *, void *, void *, size_t)',
  subtract: 'void lockstep_subtract(void *, void *, void *, size_t)',
  add: 'void lockstep_add(void *, void *, void *, size_t)',
  scale: 'void lockstep_scale(void *, void *, float, size_t)',
  divide: 'void lockstep_divide(void *, void *, float, size_t)',
  axpy: 'void lockstep_axpy(void *, float, void *, size_t)',
  sgd: 'int lockstep_sgd(void *, void *, void *, float, float, size_t)',
  lookup: 'void lockstep_lookup(void *, void *, void *, size_t)',
  isFinite: 'int lockstep_is_finite(void *, size_t)',
  checksum: 'int lockstep_checksum(void *, void *, size_t)',
  address: 'uint64_t lockstep_address(void *)',
  advise: 'void lockstep_advise(void *, size_t)',
  makeShared: 'int lockstep_make_shared(const char *, size_t)',
  mapShared: 'uint64_t lockstep_map_shared(const char *, size_t)',
  unmapShared: 'void lockstep_unmap_shared(uint64_t, size_t)',
  keepToCore: 'int lockstep_keep_to_core(size_t)',
  features: 'int lockstep_features(void)',
};

/** What koffi gives for a library's file. */
interface Library {
  func(prototype: string): unknown;
}

/** @throws when the library lacks one of them */
export function bindKernels(library: Library): NativeKernels {
  const functions = Object.entries(PROTOTYPES).map(([name, prototype]) => [name, library.func(prototype)]);
  return Object.fromEntries(functions) as NativeKernels;
}
