import { BackendUnavailableError, type Backend } from '@lockstep/math';
import { createNodeBackend } from '@lockstep/math-native';
import { BenchError } from '../bench-error.ts';

/** Which of Lockstep's kernels: the fastest native ones of this processor, those of 128-bit vectors, WebAssembly. */
export type Kernels = 'native' | 'native, 128-bit' | 'wasm';

/** Which native kernels are loaded, decided before they are. */
const VARIANT = 'LOCKSTEP_NATIVE';

/**
 * A backend with these kernels.
 * @param heapBytes of its memory, where the default is too little
 * @throws {BenchError} `unavailable` where they do not run
 */
export async function openBackend(kernels: Kernels, heapBytes?: number): Promise<Backend> {
  if (kernels === 'native') delete process.env[VARIANT];
  if (kernels === 'native, 128-bit') process.env[VARIANT] = process.arch === 'arm64' ? 'neon' : 'sse2';
  try {
    const { backend } = await createNodeBackend(
      kernels === 'wasm' ? 'wasm' : 'native',
      heapBytes === undefined ? {} : { heapBytes },
    );
    return backend;
  } catch (cause) {
    if (!(cause instanceof BackendUnavailableError)) throw cause;
    throw new BenchError('unavailable', cause.message, { cause });
  }
}
