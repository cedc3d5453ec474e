import { createBackend, referenceBackend } from '@lockstep/math';
import { withOperation } from '@lockstep/math/testing';
import { GOLDEN_DIGEST } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { PROOF_HEAP_BYTES, proveBackend, WrongBitsError } from './prove-backend.ts';

describe('proveBackend', () => {
  it('passes a backend that gives the bits, within its heap', async () => {
    const { backend } = await createBackend('wasm', { heapBytes: PROOF_HEAP_BYTES });
    expect(proveBackend(backend)).toBe(GOLDEN_DIGEST);
  });

  it('refuses one that does not', () => {
    const odd = withOperation(referenceBackend, 'sigmoid', (_, [out], [y]) => {
      out!.set(y!);
      return true;
    });
    expect(() => proveBackend(odd)).toThrowError(WrongBitsError);
  });
});
