import { OPERATION_NAMES, OPERATION_SHAPES } from '@lockstep/math/backend-parts';
import type { OperationName } from '@lockstep/math';

/** What an elementwise operation is called with: results, tensors, scalars, then its length, or its rows and the length of one. */
export type OperationKernel = (...given: readonly (Float32Array | number)[]) => number | undefined;

/**
 * The functions of a built library (native/*.c), one for each kernel of `Backend`. Arrays are passed as they are and read where they
 * lie. `workspace` is the scratch space of one call; the products return the bytes they need when it has fewer, and then have
 * computed nothing, else 0.
 */
export interface NativeKernels extends Readonly<Record<OperationName, OperationKernel>> {
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
  rowSums(out: Float32Array, x: Float32Array, rows: number, n: number): void;
  rowDots(out: Float32Array, a: Float32Array, b: Float32Array, rows: number, n: number): void;
  rowMaxima(out: Float32Array, x: Float32Array, rows: number, n: number): void;
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

/** learningRate as learning_rate. */
const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function prototypeOf(operation: OperationName): string {
  const { inputs, scalars, results, isChecked, hasRows } = OPERATION_SHAPES[operation];
  const types = [
    ...[...results, ...inputs].map(() => 'void *'),
    ...scalars.map(() => 'float'),
    ...(hasRows ? ['size_t', 'size_t'] : ['size_t']),
  ];
  return `${isChecked ? 'int' : 'void'} lockstep_${snakeCase(operation)}(${types.join(', ')})`;
}

/** As C declares them. A pointer is `void *` here, since every kind of array goes through it untouched. */
const PROTOTYPES: Readonly<Record<keyof NativeKernels, string>> = {
  ...(Object.fromEntries(OPERATION_NAMES.map((name) => [name, prototypeOf(name)])) as Record<
    OperationName,
    string
  >),
  matmul: 'size_t lockstep_matmul(void *, void *, void *, size_t, size_t, size_t, void *, size_t)',
  matmulTransposed:
    'size_t lockstep_matmul_transposed(void *, void *, void *, size_t, size_t, size_t, void *, size_t)',
  weightGradient:
    'size_t lockstep_weight_gradient(void *, void *, void *, size_t, size_t, size_t, size_t, size_t, size_t, void *, size_t)',
  biasGradient: 'void lockstep_bias_gradient(void *, void *, size_t, size_t, size_t)',
  squaredErrorSum: 'double lockstep_squared_error_sum(void *, size_t, size_t, size_t)',
  rowSums: 'void lockstep_row_sums(void *, void *, size_t, size_t)',
  rowDots: 'void lockstep_row_dots(void *, void *, void *, size_t, size_t)',
  rowMaxima: 'void lockstep_row_maxima(void *, void *, size_t, size_t)',
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
