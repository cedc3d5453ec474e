import type { Backend, BackendName } from './backend.ts';
import { BackendUnavailableError } from './errors.ts';
import { referenceBackend, referenceBackendOn } from './reference/reference-backend.ts';
import { sharedHeap, type SharedPlace } from './shared-memory.ts';
import { hasVectors, hasWebAssembly } from './wasm/kernels.ts';
import { createWasmBackend } from './wasm/wasm-backend.ts';

const DEFAULT_HEAP_BYTES = 256 * 1024 * 1024;

/** How a caller makes sure that a backend gives the contract's bits; it throws when it does not. */
export interface BackendProof {
  /** What the backend that is proved needs. */
  readonly heapBytes: number;
  prove(backend: Backend): unknown;
}

/** How to make a backend. */
export interface BackendOptions {
  /** Bytes of the kernels' own memory, fixed for the backend's life; untouched pages cost nothing. Default 256 MiB. */
  readonly heapBytes?: number;
  /** Share tensors with the backends of other threads, in place of a memory of its own. */
  readonly shared?: SharedPlace;
  /** What a backend must pass before `auto` takes it, tried on one of its own. */
  readonly proof?: BackendProof;
}

/** A backend and, for people, why it is this one. */
export interface CreatedBackend {
  readonly backend: Backend;
  readonly reason: string;
  /** One line when a faster backend runs here but was not taken. */
  readonly warning?: string;
}

/**
 * The backend of that name, or with `auto` the fastest that runs here and passes `proof`. Over a shared memory it is the one the memory
 * was made for.
 * @throws {BackendUnavailableError} when the one asked for does not exist here, or the memory is for another
 * @throws what `proof` throws when no backend passes it
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
  return fastest(options);
}

/** The backends in WebAssembly that run here, the fastest first, with what there is to say for each. */
async function candidates(): Promise<readonly (readonly [BackendName, string])[]> {
  const scalar = ['wasm-scalar', 'This engine runs WebAssembly, but not with 128-bit vectors.'] as const;
  const vectors = [
    'wasm',
    'This engine runs WebAssembly with 128-bit vectors, the fastest backend there is here.',
  ] as const;
  if (!hasWebAssembly()) return [];
  return (await hasVectors()) ? [vectors, scalar] : [scalar];
}

async function fastest(options: BackendOptions): Promise<CreatedBackend> {
  const refusals: string[] = [];
  for (const [name, reason] of await candidates()) {
    const refusal = await refusalOf(name, options.proof);
    if (refusal === undefined) return chosen(await make(name, options), reason, refusals);
    refusals.push(refusal);
  }
  const reason = 'This engine does not run WebAssembly, so the reference computes.';
  return chosen(await make('reference', options), reason, refusals);
}

/** Why the backend of that name fails the proof; undefined when it passes, or there is none. */
async function refusalOf(name: BackendName, proof: BackendProof | undefined): Promise<string | undefined> {
  if (proof === undefined) return undefined;
  try {
    proof.prove(await make(name, { heapBytes: proof.heapBytes }));
    return undefined;
  } catch (error) {
    return `the ${name} backend is not used, since ${error instanceof Error ? error.message : String(error)}`;
  }
}

function chosen(backend: Backend, reason: string, refusals: readonly string[]): CreatedBackend {
  if (refusals.length === 0) return { backend, reason };
  const why = refusals.join('; ');
  return {
    backend,
    reason: `${why[0]!.toUpperCase()}${why.slice(1)}.`,
    warning: `${why}; ${backend.description} computes`,
  };
}

async function make(
  name: BackendName,
  { heapBytes = DEFAULT_HEAP_BYTES, shared }: BackendOptions,
): Promise<Backend> {
  switch (name) {
    case 'wasm':
    case 'wasm-scalar':
      return createWasmBackend(name, shared === undefined ? { heapBytes } : { shared });
    case 'reference':
      return shared === undefined ? referenceBackend : referenceBackendOn(sharedHeap('reference', shared));
    case 'native':
      throw new BackendUnavailableError('there is no native backend here; use auto, wasm or reference');
    default:
      return name satisfies never;
  }
}
