import { describe, expect, it } from 'vitest';
import { gatherRows } from './batch.ts';
import type { Dataset } from './dataset.ts';
import { oneHot } from './target.ts';

const dataset: Dataset = {
  name: 'tiny',
  rows: Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31),
  labels: Uint8Array.of(5, 6, 7, 8),
  rowCount: 4,
  featureCount: 2,
};
const codeOf = (code: string): unknown => expect.objectContaining({ name: 'DataError', code });

describe('gatherRows', () => {
  it('copies the rows of a part of the list, in the order of the list', () => {
    const [rows, labels] = [new Uint8Array(6), new Uint8Array(3)];
    gatherRows(dataset, Uint32Array.of(0, 3, 1, 3, 2), 1, 4, rows, labels);
    expect([...rows]).toEqual([30, 31, 10, 11, 30, 31]);
    expect([...labels]).toEqual([8, 6, 8]);
  });

  it('copies nothing for an empty part', () => {
    expect(() =>
      gatherRows(dataset, Uint32Array.of(0), 1, 1, new Uint8Array(0), new Uint8Array(0)),
    ).not.toThrow();
  });

  it('refuses a row that the dataset does not have', () => {
    const gather = (): void =>
      gatherRows(dataset, Uint32Array.of(4), 0, 1, new Uint8Array(2), new Uint8Array(1));
    expect(gather).toThrowError(codeOf('row-out-of-range'));
  });

  it.each([
    [-1, 1],
    [0, 3],
    [2, 1],
    [NaN, 1],
  ])('refuses the part %d to %d of a list of 2', (start, end) => {
    const gather = (): void =>
      gatherRows(dataset, Uint32Array.of(0, 1), start, end, new Uint8Array(4), new Uint8Array(2));
    expect(gather).toThrowError(codeOf('row-out-of-range'));
  });

  it('refuses buffers of another length', () => {
    const indices = Uint32Array.of(0, 1);
    expect(() => gatherRows(dataset, indices, 0, 2, new Uint8Array(5), new Uint8Array(2))).toThrowError(
      codeOf('buffer-length'),
    );
    expect(() => gatherRows(dataset, indices, 0, 2, new Uint8Array(4), new Uint8Array(1))).toThrowError(
      codeOf('buffer-length'),
    );
  });
});

describe('oneHot', () => {
  it('puts a 1 at each label and +0 everywhere else, whatever was there', () => {
    const out = new Float32Array(6).fill(-0);
    oneHot(Uint8Array.of(2, 0), 3, out);
    expect([...out]).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it('refuses a label past the classes, and a buffer of another length', () => {
    expect(() => oneHot(Uint8Array.of(3), 3, new Float32Array(3))).toThrowError(codeOf('label-out-of-range'));
    expect(() => oneHot(Uint8Array.of(1), 3, new Float32Array(4))).toThrowError(codeOf('buffer-length'));
  });
});
