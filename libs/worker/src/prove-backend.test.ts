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

  it('names an operation that the golden workload of earlier contracts does not run', () => {
    const odd = withOperation(referenceBackend, 'adam', (name, outs, inputs, scalars) => {
      const answer = referenceBackend.map(name, outs, inputs, scalars);
      outs[1]!.forEach((value, i) => (outs[1]![i] = Math.abs(value) < 2 ** -126 ? 0 : value));
      return answer;
    });
    expect(() => proveBackend(odd)).toThrowError(/in operation adam: use/);
  });
});
