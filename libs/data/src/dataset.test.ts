import { describe, expect, it } from 'vitest';
import {
  checkTrainTest,
  classCountOf,
  type Dataset,
  datasetFromIdx,
  describeTarget,
  targetWidth,
  outputsFor,
} from './dataset.ts';
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

  it('joins images and several labels or numbers a row, for each of which a network has an output', () => {
    const labels = { what: 'labels', shape: [4, 5], values: new Float32Array(20), target: 'labels' } as const;
    const dataset = datasetFromIdx(tensor('images', 4, 2, 3), labels, 'many');
    expect(dataset).toMatchObject({ target: 'labels', rowCount: 4 });
    expect(dataset.labels).toBe(labels.values);
    expect(outputsFor(dataset)).toBe(5);
    expect(describeTarget(dataset.target, targetWidth(dataset))).toBe('5 labels each');
  });

  it('refuses parts whose rows are to come to different things', () => {
    const images = tensor('images', 4, 2, 3);
    const numbers = (width: number): Dataset =>
      datasetFromIdx(
        images,
        { what: 'n', shape: [4, width], values: new Float32Array(4 * width), target: 'numbers' },
        `numbers ${width}`,
      );
    const classes = datasetFromIdx(images, tensor('labels', 4), 'classes');
    expect(() => checkTrainTest({ train: numbers(2), test: numbers(2) })).not.toThrow();
    expect(() => checkTrainTest({ train: numbers(2), test: numbers(1) })).toThrowError(
      /^target-mismatch: the rows of numbers 2 have 2 numbers each and those of numbers 1 one number each; give/,
    );
    expect(() => checkTrainTest({ train: classes, test: numbers(1) })).toThrowError(
      /^target-mismatch: the rows of classes have one class each and /,
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
