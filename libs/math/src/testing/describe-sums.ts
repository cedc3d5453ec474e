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

interface Sum {
  readonly rows: number;
  readonly k: number;
  readonly n: number;
  readonly leafRows: number;
}

/** Leaves of 1 to 256 rows, short last leaves, leaf counts around powers of two; sizes around tiles and panels. */
const SUMS: readonly Sum[] = [
  { rows: 1, k: 1, n: 1, leafRows: 1 },
  { rows: 2, k: 4, n: 8, leafRows: 1 },
  { rows: 3, k: 5, n: 9, leafRows: 1 },
  { rows: 7, k: 3, n: 4, leafRows: 1 },
  { rows: 8, k: 8, n: 16, leafRows: 2 },
  { rows: 13, k: 6, n: 10, leafRows: 3 },
  { rows: 31, k: 17, n: 7, leafRows: 4 },
  { rows: 37, k: 23, n: 13, leafRows: 5 },
  { rows: 60, k: 33, n: 17, leafRows: 7 },
  { rows: 64, k: 24, n: 32, leafRows: 8 },
  { rows: 65, k: 25, n: 33, leafRows: 8 },
  { rows: 63, k: 101, n: 10, leafRows: 16 },
  { rows: 100, k: 100, n: 6, leafRows: 31 },
  { rows: 129, k: 9, n: 40, leafRows: 32 },
  { rows: 257, k: 12, n: 5, leafRows: 1 },
  { rows: 255, k: 7, n: 11, leafRows: 255 },
  { rows: 256, k: 4, n: 3, leafRows: 256 },
  { rows: 513, k: 5, n: 12, leafRows: 256 },
  { rows: 600, k: 2, n: 2, leafRows: 100 },
  { rows: 601, k: 21, n: 45, leafRows: 7 },
  { rows: 530, k: 42, n: 9, leafRows: 1 },
  { rows: 777, k: 6, n: 19, leafRows: 130 },
];

const nameOf = ({ rows, k, n, leafRows }: Sum): string => `${rows} rows by ${leafRows}, ${k}x${n}`;

function weightGradientDifference(backend: Backend, sum: Sum, kind: Kind, place: Place): string | undefined {
  const { rows, k, n, leafRows } = sum;
  const x = numbersOf(kind, rows * k, rows + 1000 * k);
  const a = numbersOf(kind, rows * n, rows + 1000 * n);
  const expected = new Float32Array(k * n);
  referenceBackend.weightGradient(expected, x, a, rows, k, n, leafRows);
  const out = emptyTensor(backend, place, k * n);
  backend.weightGradient(out, placed(backend, place, x), placed(backend, place, a), rows, k, n, leafRows);
  const difference = firstDifference(out, expected);
  if (difference !== undefined) return `${nameOf(sum)} ${kind} ${place}: ${difference}`;
  if (place === 'foreign-window' && !areSurroundingsIntact(out)) return `${nameOf(sum)} writes outside`;
  return undefined;
}

function biasGradientDifference(backend: Backend, sum: Sum, kind: Kind, place: Place): string | undefined {
  const { rows, n, leafRows } = sum;
  const a = numbersOf(kind, rows * n, rows + 1000 * n);
  const expected = new Float32Array(n);
  referenceBackend.biasGradient(expected, a, rows, n, leafRows);
  const out = emptyTensor(backend, place, n);
  backend.biasGradient(out, placed(backend, place, a), rows, n, leafRows);
  const difference = firstDifference(out, expected);
  if (difference !== undefined) return `${nameOf(sum)} ${kind} ${place}: ${difference}`;
  if (place === 'foreign-window' && !areSurroundingsIntact(out)) return `${nameOf(sum)} writes outside`;
  return undefined;
}

function squaredErrorDifference(backend: Backend, sum: Sum, kind: Kind, place: Place): string | undefined {
  const { rows, n, leafRows } = sum;
  const error = numbersOf(kind, rows * n, rows + 1000 * n);
  const expected = referenceBackend.squaredErrorSum(error, rows, n, leafRows);
  const actual = backend.squaredErrorSum(placed(backend, place, error), rows, n, leafRows);
  if (Object.is(actual, expected)) return undefined;
  return `${nameOf(sum)} ${kind} ${place}: ${actual} instead of ${expected}`;
}

const KERNELS = [
  { kernel: 'weightGradient', differenceOf: weightGradientDifference },
  { kernel: 'biasGradient', differenceOf: biasGradientDifference },
  { kernel: 'squaredErrorSum', differenceOf: squaredErrorDifference },
];

/** Rows of out to compute, as fractions of k. */
const RANGES = [
  [0, 1],
  [0, 0],
  [1, 1],
  [0.5, 0.5],
  [0, 0.5],
  [0.5, 1],
  [0.3, 0.7],
  [0.9, 1],
] as const;

function rowRangeDifference(backend: Backend, sum: Sum, place: Place): string | undefined {
  const { rows, k, n, leafRows } = sum;
  const x = numbersOf('wide', rows * k, rows + 1000 * k);
  const a = numbersOf('wide', rows * n, rows + 1000 * n);
  const whole = new Float32Array(k * n);
  referenceBackend.weightGradient(whole, x, a, rows, k, n, leafRows);
  const [xPlaced, aPlaced] = [placed(backend, place, x), placed(backend, place, a)];
  for (const [from, to] of RANGES) {
    const [first, last] = [Math.floor(from * k), Math.floor(to * k)];
    const expected = numbersOf('ordinary', k * n, 9);
    const out = placed(backend, place, expected);
    expected.set(whole.subarray(first * n, last * n), first * n);
    backend.weightGradient(out, xPlaced, aPlaced, rows, k, n, leafRows, first, last);
    const difference = firstDifference(out, expected);
    if (difference !== undefined) return `${nameOf(sum)}, rows ${first} to ${last} ${place}: ${difference}`;
  }
  return undefined;
}

export function describeSums(makeBackend: () => Promise<Backend>): void {
  describe.each(KERNELS)('$kernel', ({ differenceOf }) => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await makeBackend();
    });

    it.each(KINDS)('gives the bits of the reference for %s numbers in every cut into leaves', (kind) => {
      const differences = SUMS.map((sum, i) => differenceOf(backend, sum, kind, PLACES[i % PLACES.length]!));
      expect(differences.filter((difference) => difference !== undefined)).toEqual([]);
    });

    it('gives the bits of the reference for shapes nobody thought of', () => {
      const sums = fc.record({
        rows: fc.integer({ min: 1, max: 120 }),
        k: fc.integer({ min: 1, max: 24 }),
        n: fc.integer({ min: 1, max: 24 }),
        leafRows: fc.integer({ min: 1, max: 40 }),
      });
      fc.assert(
        fc.property(sums, fc.constantFrom(...KINDS), fc.constantFrom(...PLACES), (sum, kind, place) => {
          expect(differenceOf(backend, sum, kind, place)).toBeUndefined();
        }),
        { numRuns: 60, seed: 1 },
      );
    });
  });

  it('weightGradient writes the rows of a range, and no other', async () => {
    const backend = await makeBackend();
    const differences = SUMS.map((sum, i) => rowRangeDifference(backend, sum, PLACES[i % PLACES.length]!));
    expect(differences.filter((difference) => difference !== undefined)).toEqual([]);
  });

  describe('sums over samples', () => {
    it('are +0 over no rows', async () => {
      const backend = await makeBackend();
      const none = new Float32Array(0);
      const out = emptyTensor(backend, 'foreign', 6);
      backend.weightGradient(out, none, none, 0, 2, 3, 8);
      expect(firstDifference(out, new Float32Array(6))).toBeUndefined();
      const part = placed(backend, 'foreign', Float32Array.of(1, 2, 3, 4, 5, 6));
      backend.weightGradient(part, none, none, 0, 2, 3, 8, 1, 2);
      expect(firstDifference(part, Float32Array.of(1, 2, 3, 0, 0, 0))).toBeUndefined();
      const bias = emptyTensor(backend, 'foreign', 3);
      backend.biasGradient(bias, none, 0, 3, 8);
      expect(firstDifference(bias, new Float32Array(3))).toBeUndefined();
      expect(backend.squaredErrorSum(none, 0, 3, 8)).toBe(0);
    });

    it('of a span, joined with those of the spans beside it, are those of the whole', async () => {
      const backend = await makeBackend();
      const [rows, k, n, leafRows] = [44, 6, 10, 4];
      const split = 8 * leafRows;
      const x = numbersOf('wide', rows * k, 1);
      const a = numbersOf('wide', rows * n, 2);
      const whole = new Float32Array(k * n);
      backend.weightGradient(whole, x, a, rows, k, n, leafRows);
      const left = new Float32Array(k * n);
      backend.weightGradient(left, x.subarray(0, split * k), a.subarray(0, split * n), split, k, n, leafRows);
      const right = new Float32Array(k * n);
      backend.weightGradient(
        right,
        x.subarray(split * k),
        a.subarray(split * n),
        rows - split,
        k,
        n,
        leafRows,
      );
      backend.map('add', [left], [left, right]);
      expect(firstDifference(left, whole)).toBeUndefined();
    });
  });
}
