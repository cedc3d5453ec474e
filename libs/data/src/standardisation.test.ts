import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitStandardisation,
  MNIST_STANDARDISATION,
  MNIST_TRAIN_SHA256,
  standardisationOf,
  standardisationTable,
} from './standardisation.ts';

const bitsOf = (x: number): number => new Uint32Array(Float32Array.of(x).buffer)[0]!;

describe('standardisationTable', () => {
  it('holds the float32 nearest to (v/255 - mean)/deviation for every byte', () => {
    const table = standardisationTable({ mean: 0.1307, deviation: 0.3081 });
    expect(table).toHaveLength(256);
    for (let v = 0; v < 256; v++) {
      expect(bitsOf(table[v]!)).toBe(bitsOf(Math.fround((v / 255 - 0.1307) / 0.3081)));
    }
  });

  it('has the pinned bits for MNIST at its ends', () => {
    const table = standardisationTable(MNIST_STANDARDISATION);
    expect([bitsOf(table[0]!), bitsOf(table[1]!), bitsOf(table[255]!)]).toEqual(PINNED_ENDS);
  });

  it.each([
    { mean: 0, deviation: 0 },
    { mean: 0, deviation: -1 },
    { mean: 0, deviation: NaN },
    { mean: NaN, deviation: 1 },
    { mean: Infinity, deviation: 1 },
    { mean: 0, deviation: 1e-300 },
  ])('refuses mean $mean with deviation $deviation', (standardisation) => {
    expect(() => standardisationTable(standardisation)).toThrowError(
      expect.objectContaining({ name: 'DataError', code: 'bad-standardisation' }),
    );
  });
});

describe('fitStandardisation', () => {
  it('gives the mean and the population deviation of v/255', () => {
    const { mean, deviation } = fitStandardisation(Uint8Array.of(0, 255, 0, 255));
    expect(mean).toBe(0.5);
    expect(deviation).toBe(0.5);
  });

  it('agrees with the textbook in float64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (rows) => {
        const values = [...rows].map((v) => v / 255);
        const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
        const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
        const fitted = fitStandardisation(rows);
        expect(fitted.mean).toBeCloseTo(mean, 12);
        const isConstant = rows.every((v) => v === rows[0]);
        expect(fitted.deviation).toBeCloseTo(isConstant ? 1 : Math.sqrt(variance), 12);
      }),
    );
  });

  it('gives the same bits for every order of the rows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (rows) => {
        expect(fitStandardisation(rows.toSorted())).toEqual(fitStandardisation(rows));
        expect(fitStandardisation(rows.toReversed())).toEqual(fitStandardisation(rows));
      }),
    );
  });

  it('gives values that are all equal the deviation 1', () => {
    expect(fitStandardisation(new Uint8Array(9).fill(51))).toEqual({ mean: 0.2, deviation: 1 });
  });

  it('refuses to fit nothing', () => {
    expect(() => fitStandardisation(new Uint8Array(0))).toThrowError(
      expect.objectContaining({ code: 'empty-dataset' }),
    );
  });
});

describe('standardisationOf', () => {
  it("is the customary one for MNIST's rows, wherever they lie, and fitted to any others", () => {
    const rows = Uint8Array.of(0, 255, 0, 255);
    expect(standardisationOf(rows, MNIST_TRAIN_SHA256)).toEqual(MNIST_STANDARDISATION);
    expect(standardisationOf(rows, '0'.repeat(64))).toEqual(fitStandardisation(rows));
  });
});

/** The bits of the entries for v = 0, 1 and 255. */
const PINNED_ENDS = [3201905264, 3201478175, 1077187388];
