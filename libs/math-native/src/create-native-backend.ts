import { assertSubnormals, BackendUnavailableError, type Backend, type BackendOptions } from '@lockstep/math';
import { Heap, sharedHeap } from '@lockstep/math/backend-parts';
import type { NativeKernels } from './kernels.ts';
import { loadLibrary, type LibrarySource } from './library.ts';
import { NativeBackend } from './native-backend.ts';

const DEFAULT_HEAP_BYTES = 256 * 1024 * 1024;
const CACHE_LINE = 64;

/** A native backend and, for people, why its instruction set. */
interface CreatedNativeBackend {
  readonly backend: Backend;
  readonly why: string;
}

/**
 * The kernels in C, for the widest vectors that were built and that this processor has.
 * @throws {BackendUnavailableError} with the reason when there are none, or not so much memory
 * @throws {SubnormalsError} when the library, or another one of this process, made this thread flush subnormal numbers
 */
export async function createNativeBackend(
  options: BackendOptions = {},
  source: LibrarySource = {},
): Promise<CreatedNativeBackend> {
  const library = await loadLibrary(source);
  if (library.kernels === undefined) {
    throw new BackendUnavailableError(`there are no native kernels here: ${library.why}`);
  }
  const { kernels, variant, why } = library;
  const backend = new NativeBackend(variant, kernels, heapFor(kernels, options));
  assertSubnormals(backend);
  return { backend, why };
}

/** A heap whose tensors begin at cache lines: a buffer need not. */
function heapFor(kernels: NativeKernels, { heapBytes = DEFAULT_HEAP_BYTES, shared }: BackendOptions): Heap {
  const buffer = shared?.memory.buffer ?? makeBuffer(heapBytes);
  const bytes = new Uint8Array(buffer);
  kernels.advise(bytes, bytes.length);
  const origin = CACHE_LINE - (Number(kernels.address(bytes)) % CACHE_LINE);
  return shared === undefined ? new Heap(buffer, { origin }) : sharedHeap('native', shared, origin);
}

function makeBuffer(heapBytes: number): ArrayBuffer {
  const message = `heapBytes is ${heapBytes}; there is not so much memory for the native backend`;
  if (!Number.isSafeInteger(heapBytes) || heapBytes < 1) throw new BackendUnavailableError(message);
  try {
    return new ArrayBuffer(Math.ceil(heapBytes / CACHE_LINE) * CACHE_LINE + CACHE_LINE);
  } catch (cause) {
    throw new BackendUnavailableError(message, { cause });
  }
}
