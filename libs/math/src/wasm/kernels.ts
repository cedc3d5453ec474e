import { BackendUnavailableError } from '../errors.ts';
import { decodeBase64 } from './base64.ts';
import type { OperationName } from '../operations.ts';
import { webAssembly, type WasmEngine, type WasmMemory, type WasmModule } from './web-assembly.ts';

/** What an elementwise operation is called with: results, tensors, scalars, then its length, or its rows and the length of one. */
type OperationKernel = (...numbers: readonly number[]) => number | undefined;

/** What libs/math/assembly exports. Tensors are byte addresses in the memory, sizes are counts of elements. */
export interface Kernels extends Readonly<Record<OperationName, OperationKernel>> {
  matmulWorkspace(m: number, k: number, n: number): number;
  gradientWorkspace(rows: number, leafRows: number, m: number, n: number): number;
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
  rowWorkspace(): number;
  rowSums(out: number, x: number, rows: number, n: number, workspace: number): void;
  rowDots(out: number, a: number, b: number, rows: number, n: number, workspace: number): void;
  rowMaxima(out: number, x: number, rows: number, n: number): void;
  lookup(out: number, bytes: number, table: number, length: number): void;
  isAllFinite(x: number, length: number): number;
  checksum(lanes: number, x: number, length: number): number;
}

/** The builds of the kernels: with 128-bit vectors, and without for engines that lack them or compute other bits with them. */
export type KernelsBuild = 'simd' | 'scalar';

interface CompiledModule {
  readonly kernelsBase64: string;
  readonly memoryFlagsOffset: number;
}

/** The bytes of a build. A process with native kernels wants neither. */
const moduleOf = (build: KernelsBuild): Promise<CompiledModule> =>
  build === 'simd' ? import('./kernels-simd.generated.ts') : import('./kernels-scalar.generated.ts');

const compiled = new Map<string, Promise<WasmModule>>();

/** Whether this engine runs the kernels with 128-bit vectors. */
export const hasVectors = async (): Promise<boolean> =>
  webAssembly?.validate(decodeBase64((await moduleOf('simd')).kernelsBase64)) ?? false;

/** Whether this engine runs WebAssembly at all. */
export const hasWebAssembly = (): boolean => webAssembly !== undefined;

/**
 * The kernels over `memory`. A module is compiled once per thread.
 * @param ownership whose memory it is: a module says beforehand whether it takes a shared one
 * @throws {BackendUnavailableError} where the engine lacks WebAssembly, or the vectors that the build needs
 */
export async function instantiateKernels(
  build: KernelsBuild,
  memory: WasmMemory,
  ownership: 'own' | 'shared',
): Promise<Kernels> {
  if (webAssembly === undefined || (build === 'simd' && !(await hasVectors()))) {
    throw new BackendUnavailableError(
      build === 'simd'
        ? 'this engine does not run WebAssembly with 128-bit vectors; use auto, wasm-scalar, reference or a newer engine'
        : 'this engine does not run WebAssembly; use the reference backend or a newer engine',
    );
  }
  const key = `${build} ${ownership}`;
  const module = compiled.get(key) ?? compile(webAssembly, build, ownership);
  compiled.set(key, module);
  const instance = await webAssembly.instantiate(await module, { env: { memory } });
  return instance.exports as Kernels;
}

async function compile(
  engine: WasmEngine,
  build: KernelsBuild,
  ownership: 'own' | 'shared',
): Promise<WasmModule> {
  const { kernelsBase64, memoryFlagsOffset } = await moduleOf(build);
  const bytes = decodeBase64(kernelsBase64);
  // The modules for the two kinds of memory differ in this bit alone; the build sees to that.
  if (ownership === 'shared') bytes[memoryFlagsOffset]! |= SHARED_FLAG;
  return engine.compile(bytes);
}

const SHARED_FLAG = 2;
