import { createBackend, referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { goldenDigest, GOLDEN_DIGEST } from './golden.ts';

describe('goldenDigest', () => {
  it('is the checked-in digest on the reference', () => {
    expect(goldenDigest(referenceBackend)).toBe(GOLDEN_DIGEST);
  });

  it('is the checked-in digest on WebAssembly', async () => {
    const { backend } = await createBackend('wasm', { heapBytes: 16 * 1024 * 1024 });
    expect(goldenDigest(backend)).toBe(GOLDEN_DIGEST);
  });

  it('tells a backend that computes one operation differently', () => {
    const fused = {
      ...referenceBackend,
      scale: (out: Float32Array, a: Float32Array, f: number) => out.set(a.map((v) => v * f)),
    };
    expect(goldenDigest(fused)).not.toBe(GOLDEN_DIGEST);
  });
});
