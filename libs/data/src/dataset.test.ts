import { describe, expect, it } from 'vitest';
import { checkTrainTest, classCountOf, type Dataset, datasetFromIdx } from './dataset.ts';
import type { IdxTensor } from './idx.ts';

function tensor(what: string, ...shape: number[]): IdxTensor {
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  return { what, shape, values: Uint8Array.from({ length }, (_, i) => i) };
}

const withLabels = (name: string, featureCount: number, ...labels: number[]): Dataset => ({
  name,
  rows: new Uint8Array(labels.length * featureCount),
  labels: Uint8Array.from(labels),
  rowCount: labels.length,
  featureCount,
});

const codeOf = (code: string): unknown => expect.objectContaining({ name: 'DataError', code });

describe('datasetFromIdx', () => {
  it('joins images and labels without copying', () => {
    const [images, labels] = [tensor('images', 4, 2, 3), tensor('labels', 4)];
    const dataset = datasetFromIdx(images, labels, 'tiny');
    expect(dataset).toMatchObject({ name: 'tiny', rowCount: 4, featureCount: 6, imageShape: [2, 3] });
    expect(dataset.rows).toBe(images.values);
    expect(dataset.labels).toBe(labels.values);
  });

  it('gives rows that are no images no image shape', () => {
    expect(datasetFromIdx(tensor('images', 4, 6), tensor('labels', 4), 'flat')).not.toHaveProperty(
      'imageShape',
    );
    expect(datasetFromIdx(tensor('images', 4, 2, 3, 3), tensor('labels', 4), 'colour').featureCount).toBe(18);
  });

  it('names both files when their counts differ', () => {
    const join = (): Dataset => datasetFromIdx(tensor('a-images', 4, 2, 3), tensor('b-labels', 5), 'tiny');
    expect(join).toThrowError(/^count-mismatch: a-images holds 4 samples and b-labels 5 labels; /);
  });

  it('refuses targets of several values a row, with what was found and what to give', () => {
    expect(() => datasetFromIdx(tensor('images', 4, 2, 3), tensor('targets', 4, 5), 'many')).toThrowError(
      /^idx-shape: targets has 5 values for each of 4 rows, and a row has one class; give the class of each row, as one byte \(4 in all\)$/,
    );
  });

  it('refuses swapped files and files of no samples', () => {
    const [images, labels] = [tensor('images', 4, 2, 3), tensor('labels', 4)];
    expect(() => datasetFromIdx(labels, images, 'swapped')).toThrowError(codeOf('idx-shape'));
    expect(() => datasetFromIdx(images, images, 'twice')).toThrowError(codeOf('idx-shape'));
    expect(() => datasetFromIdx(tensor('images', 0, 2, 3), tensor('labels', 0), 'none')).toThrowError(
      codeOf('empty-dataset'),
    );
  });
});

describe('classCountOf', () => {
  it('is one more than the largest label', () => {
    expect(classCountOf(withLabels('train', 1, 3, 0, 9, 2))).toBe(10);
    expect(classCountOf(withLabels('train', 1, 0))).toBe(1);
  });
});

describe('checkTrainTest', () => {
  it('accepts a test part with fewer classes', () => {
    const parts = { train: withLabels('train', 2, 0, 1, 2), test: withLabels('test', 2, 1) };
    expect(() => checkTrainTest(parts)).not.toThrow();
  });

  it('refuses rows of another length and labels never seen in training', () => {
    const train = withLabels('train', 2, 0, 1, 2);
    expect(() => checkTrainTest({ train, test: withLabels('test', 3, 1) })).toThrowError(
      codeOf('feature-mismatch'),
    );
    expect(() => checkTrainTest({ train, test: withLabels('test', 2, 3) })).toThrowError(
      codeOf('label-out-of-range'),
    );
  });
});
