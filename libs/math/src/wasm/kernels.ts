import { BackendUnavailableError } from '../errors.ts';
import { decodeBase64 } from './base64.ts';
import { kernelsBase64, memoryFlagsOffset } from './kernels.generated.ts';
import { webAssembly, type WasmMemory, type WasmModule } from './web-assembly.ts';

/** What libs/math/assembly exports. Tensors are byte addresses in the memory, sizes are counts of elements. */
export interface Kernels {
  matmulWorkspace(k: number, n: number): number;
  productWorkspace(length: number, n: number): number;
  sumWorkspace(): number;
  matmul(out: number, a: number, b: number, m: number, k: number, n: number, workspace: number): void;
  matmulTransposed(
    out: number,
    a: number,
    b: number,
    m: number,
    k: number,
    n: number,
    workspace: number,
  ): void;
  weightGradient(
    out: number,
    x: number,
    a: number,
    rows: number,
    k: number,
    n: number,
    leafRows: number,
    first: number,
    last: number,
    workspace: number,
  ): void;
  biasGradient(out: number, a: number, rows: number, n: number, leafRows: number, workspace: number): void;
  squaredErrorSum(error: number, rows: number, n: number, leafRows: number, workspace: number): number;
  addBias(y: number, bias: number, rows: number, n: number): void;
  addBiasSigmoid(z: number, bias: number, rows: number, n: number): void;
  sigmoid(out: number, y: number, length: number): void;
  sigmoidBackward(out: number, dz: number, z: number, length: number): void;
  subtract(out: number, a: number, b: number, length: number): void;
  add(out: number, a: number, b: number, length: number): void;
  scale(out: number, a: number, factor: number, length: number): void;
  divide(out: number, a: number, divisor: number, length: number): void;
  axpy(y: number, alpha: number, x: number, length: number): void;
  sgd(
    out: number,
    weights: number,
    gradientSum: number,
    divisor: number,
    learningRate: number,
    length: number,
  ): number;
  lookup(out: number, bytes: number, table: number, length: number): void;
  isAllFinite(x: number, length: number): number;
  checksum(lanes: number, x: number, length: number): number;
}

const compiled = new Map<'own' | 'shared', Promise<WasmModule>>();

/** Whether this engine runs the kernels, 128-bit vectors included. */
export const canRunKernels = (): boolean => webAssembly?.validate(decodeBase64(kernelsBase64)) ?? false;

/**
 * The kernels over `memory`. The module is compiled once per thread.
 * @param kind whose memory it is: a module says beforehand whether it takes a shared one
 * @throws {BackendUnavailableError} where the engine lacks WebAssembly or its 128-bit vectors
 */
export async function instantiateKernels(memory: WasmMemory, kind: 'own' | 'shared'): Promise<Kernels> {
  if (webAssembly === undefined || !canRunKernels()) {
    throw new BackendUnavailableError(
      'this engine does not run WebAssembly with 128-bit vectors; use the reference backend or a newer engine',
    );
  }
  const module = compiled.get(kind) ?? webAssembly.compile(moduleBytes(kind));
  compiled.set(kind, module);
  const instance = await webAssembly.instantiate(await module, { env: { memory } });
  return instance.exports as Kernels;
}

/** The two modules differ in one bit, the flag of the imported memory; the build sees to that. */
function moduleBytes(kind: 'own' | 'shared'): Uint8Array {
  const bytes = decodeBase64(kernelsBase64);
  if (kind === 'shared') bytes[memoryFlagsOffset]! |= SHARED_FLAG;
  return bytes;
}

const SHARED_FLAG = 2;
