import { createBackend, type BackendName, type BackendOptions, type CreatedBackend } from '@lockstep/math';
import { createNativeBackend } from './create-native-backend.ts';
import { loadLibrary, type LibrarySource } from './library.ts';

/**
 * The backend of that name; with `auto` the native kernels where there are some that pass `proof`, else what `createBackend` finds.
 * Over a shared memory it is the one the memory was made for.
 * @throws {BackendUnavailableError} when the one asked for does not exist here; with what to do
 */
export async function createNodeBackend(
  name: 'auto' | BackendName,
  options: BackendOptions = {},
  source: LibrarySource = {},
): Promise<CreatedBackend> {
  const wanted = name === 'auto' ? (options.shared?.memory.backend ?? 'auto') : name;
  if (wanted === 'native') {
    const { backend, why } = await createNativeBackend(options, source);
    return { backend, reason: `The native backend was asked for; ${why}.` };
  }
  if (wanted !== 'auto') return createBackend(name, options);
  const library = await loadLibrary(source);
  if (library.kernels === undefined) return withoutNative(library.why, !library.isOff, options);
  try {
    const { proof } = options;
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
  const { backend, reason, warning: other } = await createBackend('auto', options);
  const warning = `native kernels are not used, since ${why}; ${other ?? `${backend.description} computes, with the same bits`}`;
  return {
    backend,
    reason: `Native kernels are not used, since ${why}. ${reason}`,
    ...(isWorthAWarning ? { warning } : other === undefined ? {} : { warning: other }),
  };
}
