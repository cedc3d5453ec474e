import { BackendMemoryError, BackendUnavailableError } from '@lockstep/math';
import { describeBackend, describeSharedMemory } from '@lockstep/math/testing';
import { GOLDEN_DIGEST, goldenDigest } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { createNativeBackend } from './create-native-backend.ts';
import { loadLibrary } from './library.ts';
import { builtVariants, DIST, NEEDS_KERNELS } from './testing/built-variants.ts';

const MIB = 2 ** 20;
const variants = await builtVariants();

for (const variant of variants) {
  const source = { folder: DIST, override: variant };
  describeBackend(
    `native ${variant}`,
    async () => (await createNativeBackend({ heapBytes: 64 * MIB }, source)).backend,
  );

  it(`gives the golden digest with ${variant}`, async () => {
    const { backend } = await createNativeBackend({ heapBytes: 16 * MIB }, source);
    expect(goldenDigest(backend)).toBe(GOLDEN_DIGEST);
  });
}

describe.skipIf(variants.length === 0)(`the native kernels${NEEDS_KERNELS}`, () => {
  it('are tested with each instruction set that this machine has, down to the one that all have', () => {
    expect(['sse2', 'neon']).toContain(variants.at(-1));
  });
});

if (variants.length > 0) {
  describeSharedMemory('native', async (place) => (await createNativeBackend({ shared: place })).backend);

  describe('the memory of the native backend', () => {
    it('gives zeroed tensors that begin at cache lines', async () => {
      const library = await loadLibrary();
      const { backend } = await createNativeBackend({ heapBytes: MIB });
      for (const length of [1, 3, 100]) {
        const tensor = backend.allocate(length);
        const bytes = new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength);
        expect(Number(library.kernels!.address(bytes)) % 64).toBe(0);
        expect(tensor.every((value) => value === 0)).toBe(true);
      }
    });

    it('says what is needed and what is available when a tensor does not fit', async () => {
      const { backend } = await createNativeBackend({ heapBytes: MIB });
      expect(() => backend.allocate(MIB)).toThrow(BackendMemoryError);
    });

    it('says so when the workspace of a product does not fit, and computes nothing', async () => {
      const { backend } = await createNativeBackend({ heapBytes: 4096 });
      const out = new Float32Array(64 * 64).fill(5);
      expect(() => backend.matmul(out, out.slice(), out.slice(), 64, 64, 64)).toThrow(BackendMemoryError);
      expect(out.every((value) => value === 5)).toBe(true);
    });

    it('uses the same scratch space for every call', async () => {
      const { backend } = await createNativeBackend({ heapBytes: MIB });
      const [a, b, out] = [new Float32Array(4096), new Float32Array(4096), new Float32Array(4096)];
      for (let i = 0; i < 100; i++) backend.matmul(out, a, b, 64, 64, 64);
      expect(backend.allocate(200_000)).toHaveLength(200_000);
    });

    it('refuses a size that no buffer can have', async () => {
      await expect(createNativeBackend({ heapBytes: 2 ** 52 })).rejects.toThrow(BackendUnavailableError);
      await expect(createNativeBackend({ heapBytes: 0 })).rejects.toThrow(BackendUnavailableError);
    });
  });
}
