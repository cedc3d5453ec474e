import { describe, expect, it } from 'vitest';
import { classFaultOf, describeClasses } from './class-census.ts';
import { remarksOf } from './data-remarks.ts';
import type { Dataset } from './dataset.ts';

/** Rows of four values, no two alike within 64 of them. */
const withLabels = (name: string, labels: readonly number[], first = 0): Dataset => ({
  name,
  rows: Uint8Array.from({ length: labels.length * 4 }, (_, i) => ((first + (i >> 2)) * (3 + (i & 3))) & 255),
  labels: Uint8Array.from(labels),
  rowCount: labels.length,
  featureCount: 4,
});

const repeat = (count: number, ...labels: readonly number[]): number[] =>
  Array.from({ length: count }, () => labels).flat();

const partsOf = (train: readonly number[], test: readonly number[]) => ({
  train: withLabels('train', train),
  test: withLabels('test', test, 100),
});

describe('classFaultOf', () => {
  it('finds nothing where every class has rows, or where few of them lack some that nobody is judged on', () => {
    expect(classFaultOf(partsOf([0, 1, 2], [1]))).toBeUndefined();
    expect(classFaultOf(partsOf([1, 2, 3], [3, 1]))).toBeUndefined();
  });

  it('counts the test rows of a class between the classes of training, and the accuracy that is left', () => {
    const fault = classFaultOf(partsOf(repeat(5, 0, 1, 3), [...repeat(34, 2), ...repeat(22, 0, 1, 3)]));
    expect(fault).toMatchObject({ code: 'untrained-class' });
    expect(fault?.message).toMatch(
      /test has 34 of 100 rows of class 2, of which train has none: at most 66\.00 % could ever be right; add training/,
    );
  });

  it('counts the outputs that one label far above the others asks for', () => {
    const fault = classFaultOf(partsOf([...repeat(6, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 255], [1]));
    expect(fault).toMatchObject({ code: 'sparse-classes' });
    expect(fault?.message).toMatch(
      /train has rows of 11 classes, and its largest label, 255 \(1 of 61 rows\), asks for 256 outputs, 245 of which/,
    );
  });
});

describe('remarksOf', () => {
  it('has nothing to say of a sound dataset', () => {
    expect(remarksOf(partsOf([0, 1, 2], [1, 0]))).toEqual([]);
  });

  it('names classes without rows, as the letters of EMNIST have one: they count from 1', () => {
    expect(remarksOf(partsOf([1, 2, 3, 5], [1]))).toEqual([
      'train has no row of classes 0 and 4 among its 6 classes (0 to 5): the network gets an output for each, and learns nothing there',
    ]);
  });

  it('counts the rows of the only class', () => {
    expect(remarksOf(partsOf([0, 0, 0], [0]))).toEqual([
      'all 3 rows of train are of class 0: nothing to tell apart',
    ]);
  });

  it('counts values that are all equal', () => {
    const { test } = partsOf([0, 1], [1]);
    const train = { ...withLabels('train', [0, 1]), rows: new Uint8Array(8).fill(7) };
    expect(remarksOf({ train, test })).toEqual(['all 8 values of train are 7: nothing to learn from']);
  });

  it('counts test rows that are training rows: all of them, or some', () => {
    const train = withLabels('train', repeat(10, 0, 1));
    expect(remarksOf({ train, test: { ...train, name: 'test' } })).toEqual([
      '20 of 20 rows of test (100.00 %) are rows of train too: the accuracy on them says little about new data',
    ]);
    const half = withLabels('test', repeat(5, 0, 1), 15);
    expect(remarksOf({ train, test: half })[0]).toMatch(/^5 of 10 rows of test \(50\.00 %\)/);
  });

  it('finds rows that differ only where it does not look at first to be other rows', () => {
    const wide = (name: string, mark: number): Dataset => ({
      ...{ name, labels: Uint8Array.of(0, 1), rowCount: 2, featureCount: 256 },
      rows: Uint8Array.from({ length: 512 }, (_, i) => (i % 4 === 0 ? 9 : i === 301 ? mark : 5)),
    });
    expect(remarksOf({ train: wide('train', 1), test: wide('test', 1) })[0]).toMatch(/^2 of 2 rows/);
    expect(remarksOf({ train: wide('train', 1), test: wide('test', 2) })[0]).toMatch(/^1 of 2 rows/);
  });
});

describe('describeClasses', () => {
  it.each([
    [[5], 'class 5'],
    [[3, 5], 'classes 3 and 5'],
    [[3, 4], 'classes 3 and 4'],
    [[0, 3, 7, 8, 9], 'classes 0, 3 and 7 to 9'],
  ])('%j: %s', (labels, text) => expect(describeClasses(labels)).toBe(text));
});
