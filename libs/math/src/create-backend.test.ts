import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBackend } from './create-backend.ts';
import { BackendUnavailableError } from './errors.ts';
import { createSharedMemory } from './shared-memory.ts';
import type { Backend } from './backend.ts';

/** The engine's own WebAssembly, which the types of a neutral room do not name. */
const engine = (globalThis as unknown as { readonly WebAssembly: { validate(bytes: Uint8Array): boolean } })
  .WebAssembly;

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('createBackend', () => {
  it('picks wasm where vectors work, and says why', async () => {
    const { backend, reason } = await createBackend('auto', { heapBytes: 2 ** 20 });
    expect(backend.name).toBe('wasm');
    expect(reason).toBe(
      'This engine runs WebAssembly with 128-bit vectors, the fastest backend there is here.',
    );
  });

  it('takes WebAssembly without vectors where they do not work', async () => {
    vi.spyOn(engine, 'validate').mockReturnValue(false);
    const { backend, reason } = await createBackend('auto', { heapBytes: 2 ** 20 });
    expect(backend.name).toBe('wasm-scalar');
    expect(reason).toBe('This engine runs WebAssembly, but not with 128-bit vectors.');
    const asked = createBackend('wasm', { heapBytes: 2 ** 20 });
    await expect(asked).rejects.toThrow('use auto, wasm-scalar, reference or a newer engine');
  });

  it('takes the reference where there is no WebAssembly', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    vi.resetModules();
    const { createBackend: createElsewhere } = await import('./create-backend.ts');
    const { backend, reason } = await createElsewhere('auto');
    expect(backend.name).toBe('reference');
    expect(reason).toBe('This engine does not run WebAssembly, so the reference computes.');
    await expect(createElsewhere('wasm-scalar')).rejects.toThrow('this engine does not run WebAssembly');
  });

  describe('with a proof', () => {
    /** A proof that those backends fail. */
    const proofThatRefuses = (...names: readonly string[]) => ({
      heapBytes: 2 ** 20,
      prove: (backend: Backend) => {
        if (names.includes(backend.name)) throw new Error(`${backend.description} flushes`);
      },
    });

    it('takes the fastest backend that passes it, on a backend of its own', async () => {
      const proved: Backend[] = [];
      const proof = { heapBytes: 2 ** 21, prove: (backend: Backend) => proved.push(backend) };
      const { backend, warning } = await createBackend('auto', { heapBytes: 2 ** 20, proof });
      expect(backend.name).toBe('wasm');
      expect(warning).toBeUndefined();
      expect(proved.map(({ name }) => name)).toEqual(['wasm']);
      expect(proved[0]).not.toBe(backend);
    });

    it('takes WebAssembly without vectors when those do not pass, and says so', async () => {
      const proof = proofThatRefuses('wasm');
      const { backend, reason, warning } = await createBackend('auto', { heapBytes: 2 ** 20, proof });
      expect(backend.name).toBe('wasm-scalar');
      expect(reason).toBe('The wasm backend is not used, since wasm simd128 flushes.');
      expect(warning).toBe(
        'the wasm backend is not used, since wasm simd128 flushes; wasm without vectors computes',
      );
    });

    it('takes the reference, the definition, when nothing else passes', async () => {
      const proof = proofThatRefuses('wasm', 'wasm-scalar', 'reference');
      const { backend, warning } = await createBackend('auto', { heapBytes: 2 ** 20, proof });
      expect(backend.name).toBe('reference');
      expect(warning).toContain(
        '; the wasm-scalar backend is not used, since wasm without vectors flushes; ',
      );
    });

    it('does not ask for it when a backend is named', async () => {
      const { backend } = await createBackend('wasm', {
        heapBytes: 2 ** 20,
        proof: proofThatRefuses('wasm'),
      });
      expect(backend.name).toBe('wasm');
    });
  });

  it.each(['reference', 'wasm', 'wasm-scalar'] as const)(
    'gives the %s backend when it is asked for',
    async (name) => {
      const { backend, reason } = await createBackend(name, { heapBytes: 2 ** 20 });
      expect(backend.name).toBe(name);
      expect(reason).toContain('was asked for');
    },
  );

  it('has room for 256 MiB by default', async () => {
    const { backend } = await createBackend('wasm');
    expect(backend.allocate(60 * 2 ** 20)).toHaveLength(60 * 2 ** 20);
  });

  it.each(['reference', 'wasm', 'wasm-scalar'] as const)(
    'gives auto the %s backend that the shared memory is for',
    async (name) => {
      const memory = createSharedMemory(name, { tensorBytes: 4096, scratchBytes: 4096, threads: 1 });
      const { backend, reason } = await createBackend('auto', { shared: { memory, thread: 0 } });
      expect(backend.name).toBe(name);
      expect(reason).toBe(`The shared memory is for the ${name} backend.`);
      backend.allocate(1)[0] = 5;
      expect(new Float32Array(memory.buffer, 64, 1)[0]).toBe(5);
    },
  );

  it('refuses the native backend with what can be used instead', async () => {
    await expect(createBackend('native')).rejects.toThrow(BackendUnavailableError);
    await expect(createBackend('native')).rejects.toThrow('use auto, wasm or reference');
  });
});
