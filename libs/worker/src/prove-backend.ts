import { assertSubnormals, type Backend } from '@lockstep/math';
import { GOLDEN_DIGEST, goldenDigest } from '@lockstep/nn';

/** Bytes of heap that a backend needs to be proved. */
export const PROOF_HEAP_BYTES = 16 * 1024 * 1024;

/** The same, as whoever chooses among backends wants it. */
export const BACKEND_PROOF = { heapBytes: PROOF_HEAP_BYTES, prove: proveBackend };

/** A backend that does not give the contract's bits on this engine: it must not take part. */
export class WrongBitsError extends Error {
  override readonly name = 'WrongBitsError';
}

/**
 * Proves that `backend` keeps subnormals and gives the contract's bits, as every worker does before it says hello.
 * @returns the golden digest @throws {SubnormalsError} {WrongBitsError}
 */
export function proveBackend(backend: Backend): string {
  assertSubnormals(backend);
  const digest = goldenDigest(backend);
  if (digest === GOLDEN_DIGEST) return digest;
  throw new WrongBitsError(
    `${backend.description} does not give the contract's bits on this engine (golden digest ${digest.slice(0, 12)}, ` +
      `expected ${GOLDEN_DIGEST.slice(0, 12)}): use the reference backend, or another engine`,
  );
}
