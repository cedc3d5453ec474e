import type { Backend, BackendName } from './backend.ts';
import { BackendUnavailableError } from './errors.ts';
import { referenceBackend } from './reference/reference-backend.ts';
import { canRunKernels } from './wasm/kernels.ts';
import { createWasmBackend } from './wasm/wasm-backend.ts';

const DEFAULT_HEAP_BYTES = 256 * 1024 * 1024;

/** How to make a backend. */
export interface BackendOptions {
  /** Bytes of the kernels' own memory, fixed for the backend's life; untouched pages cost nothing. Default 256 MiB. */
  readonly heapBytes?: number;
}

/** A backend and, for people, why it is this one. */
export interface CreatedBackend {
  readonly backend: Backend;
  readonly reason: string;
}

/**
 * The backend of that name, or with `auto` the fastest that runs here.
 * @throws {BackendUnavailableError} when the one asked for does not exist here
 */
export async function createBackend(
  name: 'auto' | BackendName,
  options: BackendOptions = {},
): Promise<CreatedBackend> {
  const heapBytes = options.heapBytes ?? DEFAULT_HEAP_BYTES;
  switch (name) {
    case 'auto':
      if (!canRunKernels()) {
        return {
          backend: referenceBackend,
          reason: 'This engine does not run WebAssembly with 128-bit vectors, so the reference computes.',
        };
      }
      return {
        backend: await createWasmBackend({ heapBytes }),
        reason: 'This engine runs WebAssembly with 128-bit vectors, the fastest backend there is here.',
      };
    case 'wasm':
      return { backend: await createWasmBackend({ heapBytes }), reason: 'The wasm backend was asked for.' };
    case 'reference':
      return { backend: referenceBackend, reason: 'The reference backend was asked for.' };
    case 'native':
      throw new BackendUnavailableError(
        'there is no native backend in this version; use auto, wasm or reference',
      );
    default:
      return name satisfies never;
  }
}
