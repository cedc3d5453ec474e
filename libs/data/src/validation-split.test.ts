import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset } from './dataset.ts';
import { splitValidation } from './validation-split.ts';

/** Rows that say where they were. */
const numbered = (rowCount: number): Dataset => ({
  name: 'numbered',
  rows: Uint8Array.from({ length: 2 * rowCount }, (_, i) => i >> 1),
  labels: Uint8Array.from({ length: rowCount }, (_, row) => row),
  ...{ rowCount, featureCount: 2 },
});

describe('rows held back for validation', () => {
  it('are as many as were asked for, each row is in one part, and both parts keep the order of the file', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(2 ** 32 - 1), (rowCount, n, seed) => {
        const rows = 1 + (n % (rowCount - 1));
        const { train, validation } = splitValidation(numbered(rowCount), rows, seed);
        expect([train.rowCount, validation.rowCount]).toEqual([rowCount - rows, rows]);
        for (const part of [train, validation]) {
          expect([...part.labels]).toEqual([...part.labels].sort((a, b) => a - b));
          expect([...part.rows]).toEqual([...part.labels].flatMap((label) => [label, label]));
        }
        expect([...train.labels, ...validation.labels].sort((a, b) => a - b)).toEqual(
          Array.from({ length: rowCount }, (_, row) => row),
        );
      }),
    );
  });

  it('are the same for ever for a seed: a change of these values changes every run that holds rows back', () => {
    expect([...splitValidation(numbered(20), 5, 1).validation.labels]).toEqual([9, 12, 13, 16, 17]);
    expect([...splitValidation(numbered(20), 5, 2).validation.labels]).toEqual([0, 2, 7, 9, 13]);
  });

  it.each([0, 20, 1.5, -1])('are not %d of 20', (rows) => {
    expect(() => splitValidation(numbered(20), rows, 1)).toThrowError(/give from 1 to 19/);
  });
});
