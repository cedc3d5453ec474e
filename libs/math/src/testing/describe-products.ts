import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../backend.ts';
import { referenceBackend } from '../reference/reference-backend.ts';
import { firstDifference } from './same-bits.ts';
import {
  areSurroundingsIntact,
  emptyTensor,
  type Kind,
  KINDS,
  numbersOf,
  type Place,
  placed,
  PLACES,
} from './tensors.ts';

type Shape = readonly [m: number, k: number, n: number];

/** Around the sizes of tiles, panels, packing blocks and the contract's blocks of 256; primes; a single one. */
const SHAPES: readonly Shape[] = [
  [1, 1, 1],
  [1, 256, 1],
  [1, 257, 10],
  [2, 3, 5],
  [3, 255, 7],
  [4, 4, 4],
  [4, 8, 8],
  [5, 512, 9],
  [6, 6, 6],
  [7, 513, 3],
  [8, 784, 12],
  [9, 16, 31],
  [13, 600, 33],
  [16, 32, 16],
  [17, 1, 17],
  [23, 300, 40],
  [24, 64, 33],
  [25, 70, 32],
  [31, 29, 37],
  [33, 256, 13],
  [99, 17, 8],
  [100, 16, 10],
  [101, 19, 11],
  [104, 12, 24],
  [257, 5, 6],
  [6, 5, 257],
  [3, 2, 513],
  [5, 260, 530],
  [530, 260, 9],
  [12, 5, 16],
  [20, 258, 16],
];

type Kernel = 'matmul' | 'matmulTransposed';

/** What differs between the backend and the reference for one product. */
function differenceOf(
  backend: Backend,
  kernel: Kernel,
  [m, k, n]: Shape,
  kind: Kind,
  place: Place,
): string | undefined {
  const a = numbersOf(kind, m * k, m + 1000 * k);
  const b = numbersOf(kind, k * n, n + 1000 * k);
  const expected = new Float32Array(m * n);
  referenceBackend[kernel](expected, a, b, m, k, n);
  const out = emptyTensor(backend, place, m * n);
  backend[kernel](out, placed(backend, place, a), placed(backend, place, b), m, k, n);
  const difference = firstDifference(out, expected);
  if (difference !== undefined) return `${m}x${k}x${n} ${kind} ${place}: ${difference}`;
  if (place === 'foreign-window' && !areSurroundingsIntact(out)) return `${m}x${k}x${n} writes outside`;
  return undefined;
}

export function describeProducts(makeBackend: () => Promise<Backend>): void {
  describe.each(['matmul', 'matmulTransposed'] as const)('%s', (kernel) => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await makeBackend();
    });

    it.each(KINDS)('gives the bits of the reference for %s numbers of every shape', (kind) => {
      const differences = SHAPES.map((shape, i) =>
        differenceOf(backend, kernel, shape, kind, PLACES[i % PLACES.length]!),
      );
      expect(differences.filter((difference) => difference !== undefined)).toEqual([]);
    });

    it('gives the bits of the reference for shapes nobody thought of', () => {
      const size = fc.integer({ min: 1, max: 40 });
      const inputs = fc.tuple(size, fc.integer({ min: 1, max: 300 }), size);
      fc.assert(
        fc.property(inputs, fc.constantFrom(...KINDS), fc.constantFrom(...PLACES), (shape, kind, place) => {
          expect(differenceOf(backend, kernel, shape, kind, place)).toBeUndefined();
        }),
        { numRuns: 60, seed: 1 },
      );
    });

    it('gives +0 for an empty sum', () => {
      const out = emptyTensor(backend, 'foreign', 6);
      backend[kernel](out, new Float32Array(0), new Float32Array(0), 2, 0, 3);
      expect(firstDifference(out, new Float32Array(6))).toBeUndefined();
    });

    it('gives a row the same bits in whatever group of rows it is computed', () => {
      const [m, k, n] = [29, 300, 21];
      const a = numbersOf('wide', m * k, 5);
      const b = numbersOf('wide', k * n, 6);
      const together = new Float32Array(m * n);
      backend[kernel](together, a, b, m, k, n);
      const apart = new Float32Array(m * n);
      for (let start = 0, count = 1; start < m; start += count, count++) {
        const end = Math.min(m, start + count);
        const rows = a.subarray(start * k, end * k);
        backend[kernel](apart.subarray(start * n, end * n), rows, b, end - start, k, n);
      }
      expect(firstDifference(apart, together)).toBeUndefined();
    });

    it('sums blocks of 256, which numbers of the suite can tell from one long sum', () => {
      const k = 600;
      const a = numbersOf('ordinary', k, 7);
      const b = numbersOf('ordinary', k, 8);
      let longSum = 0;
      for (let p = 0; p < k; p++) longSum = Math.fround(longSum + Math.fround(a[p]! * b[p]!));
      const out = new Float32Array(1);
      backend[kernel](out, a, b, 1, k, 1);
      expect(out[0]).not.toBe(longSum);
    });
  });
}
