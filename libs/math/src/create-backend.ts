import type { Backend, BackendName } from './backend.ts';
import { BackendUnavailableError } from './errors.ts';
import { referenceBackend, referenceBackendOn } from './reference/reference-backend.ts';
import { sharedHeap, type SharedPlace } from './shared-memory.ts';
import { canRunKernels } from './wasm/kernels.ts';
import { createWasmBackend } from './wasm/wasm-backend.ts';

const DEFAULT_HEAP_BYTES = 256 * 1024 * 1024;

/** How to make a backend. */
export interface BackendOptions {
  /** Bytes of the kernels' own memory, fixed for the backend's life; untouched pages cost nothing. Default 256 MiB. */
  readonly heapBytes?: number;
  /** Share tensors with the backends of other threads, in place of a memory of its own. */
  readonly shared?: SharedPlace;
}

/** A backend and, for people, why it is this one. */
export interface CreatedBackend {
  readonly backend: Backend;
  readonly reason: string;
}

/**
 * The backend of that name, or with `auto` the fastest that runs here. Over a shared memory it is the one the memory was made for.
 * @throws {BackendUnavailableError} when the one asked for does not exist here, or the memory is for another
 */
export async function createBackend(
  name: 'auto' | BackendName,
  options: BackendOptions = {},
): Promise<CreatedBackend> {
  if (name !== 'auto') {
    return { backend: await make(name, options), reason: `The ${name} backend was asked for.` };
  }
  if (options.shared !== undefined) {
    const { backend } = options.shared.memory;
    return {
      backend: await make(backend, options),
      reason: `The shared memory is for the ${backend} backend.`,
    };
  }
  if (!canRunKernels()) {
    return {
      backend: await make('reference', options),
      reason: 'This engine does not run WebAssembly with 128-bit vectors, so the reference computes.',
    };
  }
  return {
    backend: await make('wasm', options),
    reason: 'This engine runs WebAssembly with 128-bit vectors, the fastest backend there is here.',
  };
}

async function make(
  name: BackendName,
  { heapBytes = DEFAULT_HEAP_BYTES, shared }: BackendOptions,
): Promise<Backend> {
  switch (name) {
    case 'wasm':
      return createWasmBackend(shared === undefined ? { heapBytes } : { shared });
    case 'reference':
      return shared === undefined ? referenceBackend : referenceBackendOn(sharedHeap('reference', shared));
    case 'wasm-scalar':
    case 'native':
      throw new BackendUnavailableError(
        `there is no ${name} backend in this version; use auto, wasm or reference`,
      );
    default:
      return name satisfies never;
  }
}
