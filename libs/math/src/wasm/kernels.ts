import { BackendUnavailableError } from '../errors.ts';
import { decodeBase64 } from './base64.ts';
import { kernelsBase64 } from './kernels.generated.ts';
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
    workspace: number,
  ): void;
  biasGradient(out: number, a: number, rows: number, n: number, leafRows: number, workspace: number): void;
  squaredErrorSum(error: number, rows: number, n: number, leafRows: number, workspace: number): number;
  addBias(y: number, bias: number, rows: number, n: number): void;
  sigmoid(out: number, y: number, length: number): void;
  sigmoidBackward(out: number, dz: number, z: number, length: number): void;
  subtract(out: number, a: number, b: number, length: number): void;
  add(out: number, a: number, b: number, length: number): void;
  scale(out: number, a: number, factor: number, length: number): void;
  divide(out: number, a: number, divisor: number, length: number): void;
  axpy(y: number, alpha: number, x: number, length: number): void;
  lookup(out: number, bytes: number, table: number, length: number): void;
  isAllFinite(x: number, length: number): number;
  checksum(lanes: number, x: number, length: number): number;
}

let compiled: Promise<WasmModule> | undefined;

/** Whether this engine runs the kernels, 128-bit vectors included. */
export const canRunKernels = (): boolean => webAssembly?.validate(decodeBase64(kernelsBase64)) ?? false;

/**
 * The kernels over a memory of their own. The module is compiled once per thread.
 * @param pages the memory's fixed size in pages of 64 KiB
 * @throws {BackendUnavailableError} where the engine lacks WebAssembly or its 128-bit vectors
 */
export async function instantiateKernels(
  pages: number,
): Promise<{ readonly kernels: Kernels; readonly memory: WasmMemory }> {
  if (webAssembly === undefined || !canRunKernels()) {
    throw new BackendUnavailableError(
      'this engine does not run WebAssembly with 128-bit vectors; use the reference backend or a newer engine',
    );
  }
  compiled ??= webAssembly.compile(decodeBase64(kernelsBase64));
  const memory = makeMemory(webAssembly.Memory, pages);
  const instance = await webAssembly.instantiate(await compiled, { env: { memory } });
  return { kernels: instance.exports as Kernels, memory };
}

function makeMemory(
  Memory: new (limits: { readonly initial: number; readonly maximum: number }) => WasmMemory,
  pages: number,
): WasmMemory {
  try {
    return new Memory({ initial: pages, maximum: pages });
  } catch (error) {
    throw new BackendUnavailableError(
      `this engine does not give a memory of ${pages} pages of 64 KiB; create the backend with a smaller heapBytes`,
      { cause: error },
    );
  }
}
