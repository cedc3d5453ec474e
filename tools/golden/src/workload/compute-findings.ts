import {
  createBackend,
  createSharedMemory,
  type Backend,
  type BackendName,
  type SharedPlace,
} from '@lockstep/math';
import { contractSections, digestOfSections } from '@lockstep/nn';
import type { Finding } from './findings.ts';

const MEBIBYTE = 1024 * 1024;
/** Bytes of heap that the workload needs, with room to spare. */
export const TENSOR_BYTES = 16 * MEBIBYTE;
const SCRATCH_BYTES = 4 * MEBIBYTE;

/** What the workload gives on every backend that an engine has of itself. */
export const ownFindings = (): Promise<Finding[]> =>
  inTurn(['reference', 'wasm', 'wasm-scalar'], (name) =>
    findingOf(name, async () => (await createBackend(name, { heapBytes: TENSOR_BYTES })).backend),
  );

/** What it gives on the kernels for memory that threads share, which are builds of their own. */
export const sharedFindings = (): Promise<Finding[]> =>
  inTurn(['wasm', 'wasm-scalar'], (name) =>
    sharedFinding(name, async (shared) => (await createBackend(name, { shared })).backend),
  );

/** What the backend that `create` makes for a place in shared memory gives. */
export async function sharedFinding(
  name: BackendName,
  create: (shared: SharedPlace) => Promise<Backend>,
): Promise<Finding> {
  const backend = `${name}, shared memory`;
  if (!('SharedArrayBuffer' in globalThis)) {
    return { backend, missing: 'this engine has no SharedArrayBuffer here', isOptional: true };
  }
  const sizes = { tensorBytes: TENSOR_BYTES, scratchBytes: SCRATCH_BYTES, threads: 2 };
  return findingOf(backend, async () => create({ memory: createSharedMemory(name, sizes), thread: 1 }));
}

/** What the backend that `create` makes gives, or why there is none. */
export async function findingOf(backend: string, create: () => Promise<Backend>): Promise<Finding> {
  try {
    const sections = contractSections(await create());
    return {
      backend,
      digest: digestOfSections(sections),
      sections: Object.fromEntries(sections.map(({ name, digest }) => [name, digest])),
    };
  } catch (error) {
    return { backend, missing: error instanceof Error ? error.message : String(error) };
  }
}

async function inTurn(
  names: readonly BackendName[],
  find: (name: BackendName) => Promise<Finding>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of names) findings.push(await find(name));
  return findings;
}
