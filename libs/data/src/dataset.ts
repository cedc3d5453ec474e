import { DataError } from './data-error.ts';
import type { IdxTensor } from './idx.ts';

/** Labelled samples in the dataset's own type: pixels stay bytes until a worker standardises them. */
export interface Dataset {
  /** For people: "mnist train". */
  readonly name: string;
  /** [rowCount, featureCount] row-major. */
  readonly rows: Uint8Array;
  /** [rowCount], the class of each row. */
  readonly labels: Uint8Array;
  readonly rowCount: number;
  readonly featureCount: number;
  /** [height, width] when a row is an image. */
  readonly imageShape?: readonly [number, number];
  /** The dimensions of a row as its file announces them; left out where rows came from elsewhere. */
  readonly sampleShape?: readonly number[];
}

/** The two parts of a dataset: what is learned from, and what the result is judged on. */
export interface TrainTest {
  readonly train: Dataset;
  readonly test: Dataset;
}

/**
 * Joins images [count, ...sample] and labels [count] into a dataset. Nothing is copied.
 * @throws {DataError} `idx-shape`, `count-mismatch`, `empty-dataset`
 */
export function datasetFromIdx(images: IdxTensor, labels: IdxTensor, name: string): Dataset {
  const [rowCount = 0, ...sample] = images.shape;
  if (sample.length === 0) throw wrongShape(images, 'samples need at least two dimensions');
  if (labels.shape.length === 2 && labels.shape[0] === rowCount) {
    const detail = `${labels.what} has ${labels.shape[1]} values for each of ${rowCount} rows, and a row has one class`;
    throw new DataError(
      'idx-shape',
      `${detail}; give the class of each row, as one byte (${rowCount} in all)`,
    );
  }
  if (labels.shape.length !== 1) throw wrongShape(labels, 'labels have one dimension');
  if (labels.values.length !== rowCount) {
    const detail = `${images.what} holds ${rowCount} samples and ${labels.what} ${labels.values.length} labels`;
    throw new DataError('count-mismatch', `${detail}; give the two files of one dataset`);
  }
  if (rowCount === 0) {
    throw new DataError('empty-dataset', `${images.what} holds no samples; give a file with at least one`);
  }
  const featureCount = sample.reduce((product, dimension) => product * dimension, 1);
  const dataset = {
    ...{ name, rows: images.values, labels: labels.values },
    ...{ rowCount, featureCount, sampleShape: sample },
  };
  const [height, width, ...more] = sample;
  if (height === undefined || width === undefined || more.length > 0) return dataset;
  return { ...dataset, imageShape: [height, width] };
}

/** How many classes the labels name: the largest label + 1. */
export function classCountOf(dataset: Dataset): number {
  let largest = 0;
  for (const label of dataset.labels) if (label > largest) largest = label;
  return largest + 1;
}

/**
 * Refuses a test part that the training part's network could not be judged on.
 * @throws {DataError} `feature-mismatch`, `label-out-of-range`
 */
export function checkTrainTest({ train, test }: TrainTest): void {
  const [learned, judged] = [shapeOf(train), shapeOf(test)];
  if (train.featureCount !== test.featureCount || learned !== judged) {
    const detail = `${train.name} has samples of ${learned} values and ${test.name} of ${judged}`;
    throw new DataError('feature-mismatch', `${detail}; give the four files of one dataset`);
  }
  const [known, needed] = [classCountOf(train), classCountOf(test)];
  if (needed > known) {
    const rows = test.labels.reduce((count, label) => count + Number(label >= known), 0);
    const detail =
      `${test.name} has labels up to ${needed - 1} and ${train.name} none above ${known - 1} ` +
      `(${rows} of ${test.rowCount} rows)`;
    throw new DataError('label-out-of-range', `${detail}; give the four files of one dataset`);
  }
}

/** "6 x 6": as many values in another shape are read wrongly, without anything else to notice. */
export const shapeOf = ({ sampleShape, imageShape, featureCount }: Dataset): string =>
  (sampleShape ?? imageShape ?? [featureCount]).join(' x ');

function wrongShape(tensor: IdxTensor, need: string): DataError {
  const detail = `${tensor.what} has the shape ${tensor.shape.join(' x ')}, and ${need}`;
  return new DataError('idx-shape', `${detail}; check that images and labels are not swapped`);
}
