import { beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../backend.ts';
import { referenceBackend } from '../reference/reference-backend.ts';
import { firstDifference } from './same-bits.ts';
import { areSurroundingsIntact, emptyTensor, KINDS, LENGTHS, numbersOf, placed, PLACES } from './tensors.ts';

type Compute = (
  backend: Backend,
  out: Float32Array,
  [a, b]: readonly [Float32Array, Float32Array],
  rows: number,
  n: number,
) => void;

const KERNELS: readonly { readonly kernel: string; readonly compute: Compute }[] = [
  { kernel: 'rowSums', compute: (backend, out, [a], ...size) => backend.rowSums(out, a, ...size) },
  { kernel: 'rowDots', compute: (backend, out, [a, b], ...size) => backend.rowDots(out, a, b, ...size) },
  { kernel: 'rowMaxima', compute: (backend, out, [a], ...size) => backend.rowMaxima(out, a, ...size) },
];

const SIZES = LENGTHS.flatMap((n) => [1, 3, 18].map((rows) => [rows, n] as const));

/** Kernels that make one number of each row. */
export function describeRows(makeBackend: () => Promise<Backend>): void {
  let backend: Backend;
  beforeAll(async () => {
    backend = await makeBackend();
  });

  describe.each(KERNELS)('$kernel', ({ compute }) => {
    it.each(KINDS)('gives the bits of the reference for %s numbers of every size', (kind) => {
      const differences = SIZES.map(([rows, n], i) => {
        const place = PLACES[i % PLACES.length]!;
        const inputs = [numbersOf(kind, rows * n, n + 1), numbersOf(kind, rows * n, n + 2)] as const;
        const expected = new Float32Array(rows);
        compute(referenceBackend, expected, inputs, rows, n);
        const out = emptyTensor(backend, place, rows);
        const [a, b] = inputs.map((input) => placed(backend, place, input));
        compute(backend, out, [a!, b!], rows, n);
        const isIntact = place !== 'foreign-window' || areSurroundingsIntact(out);
        return isIntact ? firstDifference(out, expected) : `${rows} x ${n} writes outside`;
      });
      expect(differences.filter((difference) => difference !== undefined)).toEqual([]);
    });
  });

  it('rowSums adds lanes of every sixteenth element, neighbours first', () => {
    const x = new Float32Array(40);
    x.set([2 ** 24, 1], 0);
    x.set([1, 1], 16);
    // Lane 0 loses its second 1 to rounding, lane 1 keeps both, and so does the join.
    const out = new Float32Array(1);
    backend.rowSums(out, x, 1, 40);
    expect(out[0]).toBe(2 ** 24 + 2);
  });

  it('rowDots rounds each product before it is added', () => {
    const value = Math.fround(1 + 2 ** -12);
    const out = new Float32Array(1);
    backend.rowDots(out, Float32Array.of(value), Float32Array.of(value), 1, 1);
    expect(out[0]).toBe(Math.fround(value * value));
    const x = Float32Array.from({ length: 17 }, (_, i) => (i % 16 === 0 ? value : 0));
    x[0] = -1;
    const y = Float32Array.from({ length: 17 }, (_, i) => (i === 0 ? 1 : value));
    backend.rowDots(out, x, y, 1, 17);
    expect(out[0]).toBe(Math.fround(Math.fround(value * value) - 1));
  });

  it('rowMaxima keeps the first of equal numbers, and a NaN only where it comes first', () => {
    const out = new Float32Array(4);
    backend.rowMaxima(out, Float32Array.of(-0, 0, 0, -0, NaN, 7, 1, NaN), 4, 2);
    expect([...out]).toEqual([-0, 0, NaN, 1]);
  });
}
