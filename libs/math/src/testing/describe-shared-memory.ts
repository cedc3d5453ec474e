import { beforeEach, describe, expect, it } from 'vitest';
import type { Backend, BackendName } from '../backend.ts';
import { BackendMemoryError, BackendUnavailableError } from '../errors.ts';
import { referenceBackend } from '../reference/reference-backend.ts';
import { createSharedMemory, type SharedMemory, type SharedPlace } from '../shared-memory.ts';
import { firstDifference } from './same-bits.ts';
import { numbersOf } from './tensors.ts';

const SIZES = { tensorBytes: 2 ** 20, scratchBytes: 2 ** 19, threads: 3 };

/**
 * What backends that share a memory promise one another, tried on one thread.
 * @param name what the memory is made for
 * @param makeBackend the backend of one thread
 */
export function describeSharedMemory(
  name: BackendName,
  makeBackend: (place: SharedPlace) => Promise<Backend>,
): void {
  describe(`${name} backends on one shared memory`, () => {
    let memory: SharedMemory;
    let backends: readonly Backend[];
    beforeEach(async () => {
      memory = createSharedMemory(name, SIZES);
      backends = await Promise.all([0, 1, 2].map((thread) => makeBackend({ memory, thread })));
    });

    it('get the same tensors when they allocate the same lengths in the same order', () => {
      const lengths = [5, 1, 64, 1000];
      const tensors = backends.map((backend) => lengths.map((length) => backend.allocate(length)));
      lengths.forEach((length, i) => {
        tensors[0]![i]!.fill(i + 1);
        for (const shared of [tensors[1]![i]!, tensors[2]![i]!]) {
          expect(shared).toHaveLength(length);
          expect(shared.every((value) => value === i + 1)).toBe(true);
        }
        tensors[2]![i]![0] = 50;
        expect(tensors[0]![i]![0]).toBe(50);
      });
    });

    it('find fresh memory zeroed, and leave alone what another has written', () => {
      const first = backends[0]!.allocate(100);
      expect(first.every((value) => value === 0)).toBe(true);
      first.fill(7);
      expect(backends[1]!.allocate(100).every((value) => value === 7)).toBe(true);
    });

    it('see what kernels of the others compute', () => {
      const [a, b] = [numbersOf('wide', 33 * 20, 1), numbersOf('wide', 20 * 17, 2)];
      const [first, second] = backends.slice(0, 2).map((backend) => ({
        backend,
        a: backend.allocate(a.length),
        b: backend.allocate(b.length),
        out: backend.allocate(33 * 17),
      })) as [Operands, Operands];
      first.a.set(a);
      second.b.set(b);
      first.backend.matmul(first.out.subarray(0, 16 * 17), first.a.subarray(0, 16 * 20), first.b, 16, 20, 17);
      second.backend.matmul(second.out.subarray(16 * 17), second.a.subarray(16 * 20), second.b, 17, 20, 17);
      const expected = new Float32Array(33 * 17);
      referenceBackend.matmul(expected, a, b, 33, 20, 17);
      expect(firstDifference(first.out, expected)).toBeUndefined();
      expect(firstDifference(second.out, expected)).toBeUndefined();
    });

    it('share a weight gradient by its rows', () => {
      const [rows, k, n, leafRows] = [37, 29, 11, 4];
      const x = numbersOf('wide', rows * k, 3);
      const a = numbersOf('wide', rows * n, 4);
      const expected = new Float32Array(k * n);
      referenceBackend.weightGradient(expected, x, a, rows, k, n, leafRows);
      const outs = backends.map((backend, thread) => {
        const out = backend.allocate(k * n);
        const [first, last] = [Math.floor((k * thread) / 3), Math.floor((k * (thread + 1)) / 3)];
        backend.weightGradient(out, x, a, rows, k, n, leafRows, first, last);
        return out;
      });
      for (const out of outs) expect(firstDifference(out, expected)).toBeUndefined();
    });

    it('hold the tensors they were made for, and no more', () => {
      for (const backend of backends) {
        expect(backend.allocate(SIZES.tensorBytes / 8)).toHaveLength(SIZES.tensorBytes / 8);
        expect(backend.allocate(SIZES.tensorBytes / 8)).toHaveLength(SIZES.tensorBytes / 8);
        expect(() => backend.allocate(SIZES.tensorBytes / 4)).toThrow(BackendMemoryError);
      }
    });

    it('are refused for another backend, and for a thread that is not one of them', async () => {
      const other = createSharedMemory(name === 'reference' ? 'wasm' : 'reference', SIZES);
      await expect(makeBackend({ memory: other, thread: 0 })).rejects.toThrow(BackendUnavailableError);
      for (const thread of [-1, 3, 0.5]) {
        await expect(makeBackend({ memory, thread })).rejects.toThrow(BackendUnavailableError);
      }
    });
  });
}

interface Operands {
  readonly backend: Backend;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly out: Float32Array;
}
