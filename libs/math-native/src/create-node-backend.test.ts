import { BackendUnavailableError, createSharedMemory, type Backend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { createNodeBackend } from './create-node-backend.ts';
import { builtVariants, DIST } from './testing/built-variants.ts';

const MIB = 2 ** 20;
const NOWHERE = { folder: '/nowhere', override: '' };
const BUILT = { folder: DIST, override: '' };
const heapBytes = MIB;

const refuse = ({ name }: Backend): void => {
  if (name === 'native') throw new Error('native AVX2 does not give the bits');
};
const refuseVectors = ({ name }: Backend): void => {
  if (name === 'native' || name === 'wasm') throw new Error(`${name} does not give the bits`);
};

const variants = await builtVariants();

describe('createNodeBackend', () => {
  if (variants.length > 0) {
    it('takes the native kernels by itself, once they are proved, and says why', async () => {
      const proved: Backend[] = [];
      const proof = { heapBytes: 2 * MIB, prove: (backend: Backend) => proved.push(backend) };
      const { backend, reason, warning } = await createNodeBackend('auto', { heapBytes, proof }, BUILT);
      expect(backend.name).toBe('native');
      expect(reason).toMatch(/^A C compiler built the native kernels, and this processor has [\w-]+\.$/);
      expect(warning).toBeUndefined();
      expect(proved.map(({ name }) => name)).toEqual(['native']);
      expect(proved[0]!.allocate(MIB / 4)).toHaveLength(MIB / 4);
    });

    it('falls back with one line when they are not proved', async () => {
      const proof = { heapBytes, prove: refuse };
      const { backend, reason, warning } = await createNodeBackend('auto', { heapBytes, proof }, BUILT);
      expect(backend.name).toBe('wasm');
      expect(reason).toContain('native AVX2 does not give the bits');
      expect(warning).toBe(
        'native kernels are not used, since native AVX2 does not give the bits; wasm simd128 computes, with the same bits',
      );
    });

    it('goes on to what is proved when WebAssembly with vectors is not either', async () => {
      const proof = { heapBytes, prove: refuseVectors };
      const { backend, warning } = await createNodeBackend('auto', { heapBytes, proof }, BUILT);
      expect(backend.name).toBe('wasm-scalar');
      expect(warning).toBe(
        'native kernels are not used, since native does not give the bits; ' +
          'the wasm backend is not used, since wasm does not give the bits; wasm without vectors computes',
      );
    });

    it('gives them when they are asked for', async () => {
      const { backend, reason } = await createNodeBackend('native', { heapBytes }, BUILT);
      expect(backend.name).toBe('native');
      expect(reason).toContain('The native backend was asked for; ');
    });

    it('takes what a shared memory was made for', async () => {
      const memory = createSharedMemory('native', { tensorBytes: MIB, scratchBytes: MIB, threads: 2 });
      const { backend } = await createNodeBackend('auto', { shared: { memory, thread: 1 } }, BUILT);
      expect(backend.name).toBe('native');
    });
  }

  it('falls back with one line where there are none', async () => {
    const { backend, reason, warning } = await createNodeBackend('auto', { heapBytes }, NOWHERE);
    expect(backend.name).toBe('wasm');
    expect(reason).toMatch(
      /^Native kernels are not used, since they were not built: run npm run build\. This engine runs/,
    );
    expect(warning).toBe(
      'native kernels are not used, since they were not built: run npm run build; wasm simd128 computes, with the same bits',
    );
  });

  it('does not warn of what the user switched off', async () => {
    const off = { ...BUILT, override: 'off' };
    const { backend, reason, warning } = await createNodeBackend('auto', { heapBytes }, off);
    expect(backend.name).toBe('wasm');
    expect(reason).toContain('LOCKSTEP_NATIVE is off');
    expect(warning).toBeUndefined();
  });

  it('refuses with the remedy when they are asked for where there are none', async () => {
    const asked = createNodeBackend('native', { heapBytes }, NOWHERE);
    await expect(asked).rejects.toThrow(BackendUnavailableError);
    await expect(asked).rejects.toThrow(
      'there are no native kernels here: they were not built: run npm run build',
    );
  });

  it.each(['wasm', 'reference'] as const)('gives the %s backend when it is asked for', async (name) => {
    const { backend } = await createNodeBackend(name, { heapBytes }, BUILT);
    expect(backend.name).toBe(name);
  });

  it('takes the backend that a shared memory was made for', async () => {
    const memory = createSharedMemory('wasm', { tensorBytes: MIB, scratchBytes: MIB, threads: 1 });
    const { backend } = await createNodeBackend('auto', { shared: { memory, thread: 0 } }, BUILT);
    expect(backend.name).toBe('wasm');
  });
});
