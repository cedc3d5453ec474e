import type { BackendName } from './backend.ts';
import { BackendUnavailableError } from './errors.ts';
import { Heap, sharedHeapBytes } from './heap.ts';
import { makeSharedWasmMemory } from './wasm/memory.ts';
import type { WasmMemory } from './wasm/web-assembly.ts';

/**
 * Memory that the backends of several threads have in common. It travels by `postMessage` and `workerData`. Fresh memory is
 * zero.
 */
export interface SharedMemory {
  /** Which kind of backend it was made for. */
  readonly backend: BackendName;
  readonly buffer: SharedArrayBuffer;
  /** The shared memory that `buffer` is of, for the backends in WebAssembly. */
  readonly wasm?: WasmMemory;
  readonly threads: number;
  /** Scratch space of each thread. */
  readonly scratchBytes: number;
}

/** One thread's place in a shared memory. */
export interface SharedPlace {
  readonly memory: SharedMemory;
  /** 0 to `memory.threads` - 1 */
  readonly thread: number;
}

/** How much of what a shared memory holds, in bytes but for `threads`. */
export interface SharedSizes {
  /** For all tensors, each rounded up to 64 bytes. */
  readonly tensorBytes: number;
  /** For one kernel call of one thread: workspace, and copies of arrays from elsewhere. */
  readonly scratchBytes: number;
  readonly threads: number;
}

/**
 * Memory for `threads` backends of that name, one on each thread, made with `createBackend(name, { shared: { memory, thread } })`.
 * Backends that allocate the same lengths in the same order get the same tensors; their scratch spaces are apart.
 * @throws {BackendUnavailableError} where threads cannot share memory, or not so much
 */
export function createSharedMemory(backend: BackendName, sizes: SharedSizes): SharedMemory {
  const { tensorBytes, scratchBytes, threads } = sizes;
  for (const size of [tensorBytes, scratchBytes, threads]) {
    if (Number.isSafeInteger(size) && size >= 0) continue;
    throw new BackendUnavailableError(`a size of the shared memory is ${size}; sizes are integers from 0`);
  }
  const byteLength = sharedHeapBytes(tensorBytes, scratchBytes, threads);
  if (backend === 'wasm' || backend === 'wasm-scalar') {
    const wasm = makeSharedWasmMemory(byteLength);
    return { backend, buffer: wasm.buffer as SharedArrayBuffer, wasm, threads, scratchBytes };
  }
  return { backend, buffer: makeSharedBuffer(byteLength), threads, scratchBytes };
}

function makeSharedBuffer(byteLength: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(byteLength);
  } catch (error) {
    throw new BackendUnavailableError(
      `threads cannot share ${byteLength} bytes here; use one thread, or less memory`,
      { cause: error },
    );
  }
}

/**
 * The heap of one thread's backend.
 * @param origin where the first tensor lies, in bytes, up to 64
 * @throws {BackendUnavailableError} when the memory was made for another backend, or for fewer threads
 */
export function sharedHeap(backend: BackendName, { memory, thread }: SharedPlace, origin?: number): Heap {
  if (memory.backend !== backend) {
    throw new BackendUnavailableError(
      `the shared memory was made for the ${memory.backend} backend, not for ${backend}; make one for the backend that computes`,
    );
  }
  const { buffer, threads, scratchBytes } = memory;
  if (!Number.isInteger(thread) || thread < 0 || thread >= threads) {
    throw new BackendUnavailableError(
      `thread ${thread} has no place in a memory for ${threads} threads; threads count from 0`,
    );
  }
  const share = { threads, thread, scratchBytes };
  return new Heap(buffer, origin === undefined ? { share } : { share, origin });
}
