import { DataError } from './data-error.ts';
import { targetWidth, type Dataset } from './dataset.ts';
import { permutation } from './permutation.ts';
import { STREAMS } from './streams.ts';

/** Rows to learn from, and rows held back to judge by while learning. */
export interface ValidationSplit {
  readonly train: Dataset;
  readonly validation: Dataset;
}

/**
 * Holds `rows` of `dataset` back: the last ones of a seeded permutation (contract, section 4). Both parts keep the order of the file.
 * @throws {DataError} `bad-sampling` where nothing would be left to learn from
 */
export function splitValidation(dataset: Dataset, rows: number, seed: number): ValidationSplit {
  const { rowCount } = dataset;
  if (!Number.isInteger(rows) || rows < 1 || rows >= rowCount) {
    throw new DataError(
      'bad-sampling',
      `${rows} rows cannot be held back for validation of the ${rowCount} of ${dataset.name}: give from 1 to ${rowCount - 1}`,
    );
  }
  const isHeldBack = new Uint8Array(rowCount);
  for (const row of permutation(rowCount, seed, STREAMS.split, 0).subarray(rowCount - rows))
    isHeldBack[row] = 1;
  return {
    train: partOf(dataset, isHeldBack, 0, rowCount - rows),
    validation: partOf({ ...dataset, name: `${dataset.name}, held back` }, isHeldBack, 1, rows),
  };
}

/** The rows whose mark is `mark`, in their order. */
function partOf(dataset: Dataset, marks: Uint8Array, mark: number, rowCount: number): Dataset {
  const { featureCount } = dataset;
  const rows = new Uint8Array(rowCount * featureCount);
  const width = targetWidth(dataset);
  const isOfClasses = dataset.labels instanceof Uint8Array;
  const labels = isOfClasses ? new Uint8Array(rowCount) : new Float32Array(rowCount * width);
  let next = 0;
  for (let row = 0; row < dataset.rowCount; row++) {
    if (marks[row] !== mark) continue;
    rows.set(dataset.rows.subarray(row * featureCount, (row + 1) * featureCount), next * featureCount);
    labels.set(dataset.labels.subarray(row * width, (row + 1) * width), next++ * width);
  }
  return { ...dataset, rows, labels, rowCount };
}
