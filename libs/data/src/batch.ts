import { DataError } from './data-error.ts';
import { targetWidth, type Dataset } from './dataset.ts';
import { checkLength, type Targets } from './target.ts';

/**
 * Copies the rows indices[start..end) of `dataset`, in that order.
 * @param indices   row numbers, as `Sampler.rowsOfStep` gives them; [start, end) as `rowsOfSpan` gives it
 * @param outRows   [end - start, featureCount], overwritten
 * @param outLabels [end - start] classes, or [end - start, width] as the dataset has them, overwritten
 * @throws {DataError} `row-out-of-range`, `buffer-length`
 */
export function gatherRows(
  dataset: Dataset,
  indices: Uint32Array,
  start: number,
  end: number,
  outRows: Uint8Array,
  outLabels: Targets,
): void {
  const { rows, labels, rowCount, featureCount } = dataset;
  if (!(start >= 0 && start <= end && end <= indices.length)) {
    const detail = `rows ${start} to ${end} of a list of ${indices.length}`;
    throw new DataError('row-out-of-range', `${detail}; ask for a part of the list`);
  }
  checkLength('outRows', outRows, (end - start) * featureCount);
  const width = targetWidth(dataset);
  checkLength('outLabels', outLabels, (end - start) * width);
  for (let i = start; i < end; i++) {
    const row = indices[i]!;
    if (row >= rowCount) {
      const detail = `row ${row} of ${dataset.name}, which has ${rowCount}`;
      throw new DataError('row-out-of-range', `${detail}; sample from this dataset's own rows`);
    }
    outRows.set(rows.subarray(row * featureCount, (row + 1) * featureCount), (i - start) * featureCount);
    if (width === 1) outLabels[i - start] = labels[row]!;
    else outLabels.set(labels.subarray(row * width, (row + 1) * width), (i - start) * width);
  }
}
