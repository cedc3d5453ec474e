import { DataError } from './data-error.ts';
import type { IdxTensor, LabelTensor } from './idx.ts';
import type { TargetKind, Targets } from './target.ts';

/** Labelled samples in the dataset's own type: pixels stay bytes until a worker standardises them. */
export interface Dataset {
  /** For people: "mnist train". */
  readonly name: string;
  /** [rowCount, featureCount] row-major. */
  readonly rows: Uint8Array;
  /** What each row is to come to: [rowCount] classes; or [rowCount, width] labels or numbers where `target` says so. */
  readonly labels: Targets;
  /** What `labels` are; classes where left out. */
  readonly target?: Exclude<TargetKind, 'classes'>;
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
 * Joins images [count, ...sample] and labels [count], or [count, width] labels or numbers, into a dataset. Nothing is copied.
 * @throws {DataError} `idx-shape`, `count-mismatch`, `empty-dataset`
 */
export function datasetFromIdx(images: IdxTensor, labels: LabelTensor, name: string): Dataset {
  const [rowCount = 0, ...sample] = images.shape;
  if (sample.length === 0) throw wrongShape(images, 'samples need at least two dimensions');
  if (labels.shape.length > 2 || (labels.target === undefined && labels.shape.length !== 1)) {
    throw wrongShape(labels, 'labels have one dimension, or two where each row has several');
  }
  if (labels.shape[0] !== rowCount) {
    const detail = `${images.what} holds ${rowCount} samples and ${labels.what} ${labels.shape[0]} labels`;
    throw new DataError('count-mismatch', `${detail}; give the two files of one dataset`);
  }
  if (rowCount === 0) {
    throw new DataError('empty-dataset', `${images.what} holds no samples; give a file with at least one`);
  }
  const featureCount = sample.reduce((product, dimension) => product * dimension, 1);
  const dataset = {
    ...{ name, rows: images.values, labels: labels.values },
    ...{ rowCount, featureCount, sampleShape: sample },
    ...(labels.target !== undefined && { target: labels.target }),
  };
  const [height, width, ...more] = sample;
  if (height === undefined || width === undefined || more.length > 0) return dataset;
  return { ...dataset, imageShape: [height, width] };
}

/** Elements of a row of `labels`. */
export const targetWidth = ({ labels, rowCount }: Pick<Dataset, 'labels' | 'rowCount'>): number =>
  labels.length / rowCount;

/** How many outputs a network for it has: of classes the largest + 1, else one for each label or number of a row. */
export function outputsFor(dataset: Dataset): number {
  return dataset.target === undefined ? classCountOf(dataset) : targetWidth(dataset);
}

/** How many classes the labels name: the largest label + 1. */
export function classCountOf(dataset: Dataset): number {
  let largest = 0;
  for (const label of dataset.labels) if (label > largest) largest = label;
  return largest + 1;
}

/**
 * Refuses a test part that the training part's network could not be judged on.
 * @throws {DataError} `feature-mismatch`, `target-mismatch`, `label-out-of-range`
 */
export function checkTrainTest({ train, test }: TrainTest): void {
  const [learned, judged] = [shapeOf(train), shapeOf(test)];
  if (train.featureCount !== test.featureCount || learned !== judged) {
    const detail = `${train.name} has samples of ${learned} values and ${test.name} of ${judged}`;
    throw new DataError('feature-mismatch', `${detail}; give the four files of one dataset`);
  }
  if (
    train.target !== test.target ||
    (train.target !== undefined && targetWidth(train) !== targetWidth(test))
  ) {
    const detail = `the rows of ${train.name} have ${targetOf(train)} and those of ${test.name} ${targetOf(test)}`;
    throw new DataError('target-mismatch', `${detail}; give the four files of one dataset`);
  }
  if (train.target !== undefined) return;
  const [known, needed] = [classCountOf(train), classCountOf(test)];
  if (needed > known) {
    const rows = (test.labels as Uint8Array).reduce((count, label) => count + Number(label >= known), 0);
    const detail =
      `${test.name} has labels up to ${needed - 1} and ${train.name} none above ${known - 1} ` +
      `(${rows} of ${test.rowCount} rows)`;
    throw new DataError('label-out-of-range', `${detail}; give the four files of one dataset`);
  }
}

/** "one class each", "3 labels each": what rows are to come to, for people. @param width values of a row where they are no classes */
export function describeTarget(target: Dataset['target'], width: number): string {
  if (target === undefined) return 'one class each';
  return width === 1 ? `one ${target.slice(0, -1)} each` : `${width} ${target} each`;
}

const targetOf = (dataset: Dataset): string => describeTarget(dataset.target, targetWidth(dataset));

/** "6 x 6": as many values in another shape are read wrongly, without anything else to notice. */
export const shapeOf = ({ sampleShape, imageShape, featureCount }: Dataset): string =>
  (sampleShape ?? imageShape ?? [featureCount]).join(' x ');

function wrongShape(tensor: Pick<IdxTensor, 'what' | 'shape'>, need: string): DataError {
  const detail = `${tensor.what} has the shape ${tensor.shape.join(' x ')}, and ${need}`;
  return new DataError('idx-shape', `${detail}; check that images and labels are not swapped`);
}
