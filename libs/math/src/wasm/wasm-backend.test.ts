import { describe, expect, it } from 'vitest';
import { BackendMemoryError, BackendUnavailableError } from '../errors.ts';
import { createSharedMemory } from '../shared-memory.ts';
import { describeBackend } from '../testing/describe-backend.ts';
import { describeSharedMemory } from '../testing/describe-shared-memory.ts';
import { createWasmBackend } from './wasm-backend.ts';

const MIB = 2 ** 20;

for (const name of ['wasm', 'wasm-scalar'] as const) {
  describeBackend(name, () => createWasmBackend(name, { heapBytes: 64 * MIB }));

  describeBackend(`${name} on a shared memory`, () => {
    const sizes = { tensorBytes: 48 * MIB, scratchBytes: 8 * MIB, threads: 2 };
    return createWasmBackend(name, { shared: { memory: createSharedMemory(name, sizes), thread: 1 } });
  });

  describeSharedMemory(name, (shared) => createWasmBackend(name, { shared }));
}

describe('the memory of the wasm backend', () => {
  it('gives zeroed tensors aligned to 64 bytes', async () => {
    const backend = await createWasmBackend('wasm', { heapBytes: MIB });
    for (const length of [1, 3, 100]) {
      const tensor = backend.allocate(length);
      expect(tensor.byteOffset % 64).toBe(0);
      expect(tensor.every((value) => value === 0)).toBe(true);
    }
  });

  it('says what is needed and what is available when a tensor does not fit', async () => {
    const backend = await createWasmBackend('wasm', { heapBytes: MIB });
    const error = errorOf(() => backend.allocate(MIB));
    expect(error).toBeInstanceOf(BackendMemoryError);
    expect(error).toMatchObject({ code: 'memory', neededBytes: 4 * MIB, availableBytes: MIB - 64 });
  });

  it('says so when the copies of foreign arrays do not fit', async () => {
    const backend = await createWasmBackend('wasm', { heapBytes: MIB });
    const foreign = new Float32Array(100_000);
    expect(() => backend.map('add', [foreign], [foreign, foreign])).toThrow(BackendMemoryError);
  });

  it('refuses a sum whose workspace no address can reach', async () => {
    const backend = await createWasmBackend('wasm', { heapBytes: 128 * MIB });
    const rows = 11_000_000;
    const x = backend.allocate(rows);
    const error = errorOf(() => backend.weightGradient(backend.allocate(1), x, x, rows, 1, 1, 8));
    expect(error).toBeInstanceOf(BackendMemoryError);
  });

  it('uses the same scratch space for every call', async () => {
    const backend = await createWasmBackend('wasm', { heapBytes: MIB });
    const foreign = new Float32Array(60_000).fill(1);
    for (let i = 0; i < 100; i++) backend.map('add', [foreign], [foreign, foreign]);
    expect(foreign[0]).toBe(2 ** 100);
    expect(backend.allocate(50_000)).toHaveLength(50_000);
  });

  it('keeps tensors and scratch space apart', async () => {
    const backend = await createWasmBackend('wasm', { heapBytes: MIB });
    const foreign = new Float32Array(60_000).fill(1);
    backend.map('add', [foreign], [foreign, foreign]);
    const error = errorOf(() => backend.allocate(100_000));
    expect(error).toBeInstanceOf(BackendMemoryError);
  });

  it('refuses a size that WebAssembly cannot have', async () => {
    await expect(createWasmBackend('wasm', { heapBytes: 2 ** 33 })).rejects.toThrow(BackendUnavailableError);
    await expect(createWasmBackend('wasm', { heapBytes: 0 })).rejects.toThrow(BackendUnavailableError);
  });
});

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
