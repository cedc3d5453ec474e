import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackendMemoryError } from './errors.ts';
import { Heap, sharedHeapBytes } from './heap.ts';

describe('Heap', () => {
  it('lays every tensor and scratch space as far from a multiple of 64 bytes as its origin', () => {
    const heap = new Heap(new ArrayBuffer(8000), { origin: 48 });
    for (const length of [1, 16, 17, 100]) {
      expect(heap.allocate(length).byteOffset % 64).toBe(48);
      expect(heap.scratch(length) % 64).toBe(48);
    }
  });

  it('never gives scratch space that a tensor has, nor a tensor that scratch space has had', () => {
    const heap = new Heap(new ArrayBuffer(64 * 10));
    heap.allocate(16 * 4);
    expect(() => heap.scratch(64 * 6)).toThrow(BackendMemoryError);
    expect(heap.scratch(64 * 5)).toBe(64 * 5);
    expect(() => heap.allocate(1)).toThrow(BackendMemoryError);
  });

  it('of several threads have the same tensors, and scratch spaces apart from them and one another', () => {
    const size = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 16 }),
        (tensorBytes, scratchBytes, threads, fourths) => {
          const buffer = new SharedArrayBuffer(sharedHeapBytes(tensorBytes, scratchBytes, threads));
          const heaps = Array.from(
            { length: threads },
            (_, thread) =>
              new Heap(buffer, { origin: fourths * 4, share: { threads, thread, scratchBytes } }),
          );
          const length = Math.floor(tensorBytes / 4);
          const tensors = heaps.map((heap) => heap.allocate(length));
          expect(new Set(tensors.map((tensor) => tensor.byteOffset)).size).toBe(1);
          const starts = heaps.map((heap) => heap.scratch(scratchBytes)).sort((a, b) => a - b);
          let end = tensors[0]!.byteOffset + tensors[0]!.byteLength;
          for (const start of starts) {
            expect(start).toBeGreaterThanOrEqual(end);
            end = start + scratchBytes;
          }
          expect(end).toBeLessThanOrEqual(buffer.byteLength);
          expect(() => heaps[0]!.scratch(scratchBytes + 64)).toThrow(BackendMemoryError);
        },
      ),
      { seed: 1 },
    );
  });
});
