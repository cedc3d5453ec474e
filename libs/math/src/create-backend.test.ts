import { describe, expect, it } from 'vitest';
import { createBackend } from './create-backend.ts';
import { createSharedMemory } from './shared-memory.ts';
import { BackendUnavailableError } from './errors.ts';

describe('createBackend', () => {
  it('picks wasm where vectors work, and says why', async () => {
    const { backend, reason } = await createBackend('auto', { heapBytes: 2 ** 20 });
    expect(backend.name).toBe('wasm');
    expect(reason).toBe(
      'This engine runs WebAssembly with 128-bit vectors, the fastest backend there is here.',
    );
  });

  it.each(['reference', 'wasm'] as const)('gives the %s backend when it is asked for', async (name) => {
    const { backend, reason } = await createBackend(name, { heapBytes: 2 ** 20 });
    expect(backend.name).toBe(name);
    expect(reason).toContain('was asked for');
  });

  it('has room for 256 MiB by default', async () => {
    const { backend } = await createBackend('wasm');
    expect(backend.allocate(60 * 2 ** 20)).toHaveLength(60 * 2 ** 20);
  });

  it.each(['reference', 'wasm'] as const)(
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
