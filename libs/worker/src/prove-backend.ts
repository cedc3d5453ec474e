import { assertSubnormals, type Backend } from '@lockstep/math';
import { GOLDEN_DIGEST, wrongParts } from '@lockstep/nn';

/** Bytes of heap that a backend needs to be proved. */
export const PROOF_HEAP_BYTES = 16 * 1024 * 1024;

/** The same, as whoever chooses among backends wants it. */
export const BACKEND_PROOF = { heapBytes: PROOF_HEAP_BYTES, prove: proveBackend };

/** A backend that does not give the contract's bits on this engine: it must not take part. */
export class WrongBitsError extends Error {
  override readonly name = 'WrongBitsError';
}

/** Names of parts that an error says; the others are counted. */
const NAMED_PARTS = 8;

/**
 * Proves that `backend` keeps subnormals and gives the contract's bits in all that a backend computes, as every worker does before it says
 * hello: the golden workload, every operation and the sums along rows.
 * @returns the golden digest @throws {SubnormalsError} {WrongBitsError}
 */
export function proveBackend(backend: Backend): string {
  assertSubnormals(backend);
  const wrong = wrongParts(backend);
  if (wrong.length === 0) return GOLDEN_DIGEST;
  const others = wrong.length > NAMED_PARTS ? [`${wrong.length - NAMED_PARTS} more`] : [];
  throw new WrongBitsError(
    `${backend.description} does not give the contract's bits on this engine in ` +
      `${[...wrong.slice(0, NAMED_PARTS), ...others].join(', ')}: use the reference backend, or another engine`,
  );
}
