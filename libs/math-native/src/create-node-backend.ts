import {
  createBackend,
  type Backend,
  type BackendName,
  type BackendOptions,
  type CreatedBackend,
} from '@lockstep/math';
import { createNativeBackend } from './create-native-backend.ts';
import { loadLibrary, type LibrarySource } from './library.ts';

/** How a caller makes sure that a backend gives the contract's bits; it throws when it does not. */
export interface BackendProof {
  /** What the backend that is proved needs. */
  readonly heapBytes: number;
  prove(backend: Backend): unknown;
}

/** How to make a backend in Node. */
export interface NodeBackendOptions extends BackendOptions {
  /** What the native kernels must pass before `auto` takes them, on a backend of their own. */
  readonly proof?: BackendProof;
}

/** A backend, why it is this one, and what `auto` would rather have taken. */
export interface NodeBackend extends CreatedBackend {
  /** One line for people when the native kernels should be here and cannot be used. */
  readonly warning?: string;
}

/**
 * The backend of that name; with `auto` the native kernels where there are some that pass `proof`, else what `createBackend` finds.
 * Over a shared memory it is the one the memory was made for.
 * @throws {BackendUnavailableError} when the one asked for does not exist here; with what to do
 */
export async function createNodeBackend(
  name: 'auto' | BackendName,
  { proof, ...options }: NodeBackendOptions = {},
  source: LibrarySource = {},
): Promise<NodeBackend> {
  const wanted = name === 'auto' ? (options.shared?.memory.backend ?? 'auto') : name;
  if (wanted === 'native') {
    const { backend, why } = await createNativeBackend(options, source);
    return { backend, reason: `The native backend was asked for; ${why}.` };
  }
  if (wanted !== 'auto') return createBackend(name, options);
  const library = await loadLibrary(source);
  if (library.kernels === undefined) return withoutNative(library.why, !library.isOff, options);
  try {
    if (proof !== undefined) {
      const { backend } = await createNativeBackend({ heapBytes: proof.heapBytes }, source);
      proof.prove(backend);
    }
    const { backend, why } = await createNativeBackend(options, source);
    return { backend, reason: `${why[0]!.toUpperCase()}${why.slice(1)}.` };
  } catch (error) {
    return withoutNative((error as Error).message, true, options);
  }
}

async function withoutNative(why: string, isWorthAWarning: boolean, options: BackendOptions) {
  const { backend, reason } = await createBackend('auto', options);
  const warning = `native kernels are not used, since ${why}; ${backend.description} computes, with the same bits`;
  return {
    backend,
    reason: `Native kernels are not used, since ${why}. ${reason}`,
    ...(isWorthAWarning ? { warning } : {}),
  };
}
