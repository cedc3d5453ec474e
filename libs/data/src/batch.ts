import { DataError } from './data-error.ts';
import type { Dataset } from './dataset.ts';

/**
 * Copies the rows indices[start..end) of `dataset`, in that order.
 * @param indices   row numbers, as `Sampler.rowsOfStep` gives them; [start, end) as `rowsOfSpan` gives it
 * @param outRows   [end - start, featureCount], overwritten
 * @param outLabels [end - start], overwritten
 * @throws {DataError} `row-out-of-range`, `buffer-length`
 */
export function gatherRows(
  dataset: Dataset,
  indices: Uint32Array,
  start: number,
  end: number,
  outRows: Uint8Array,
  outLabels: Uint8Array,
): void {
  const { rows, labels, rowCount, featureCount } = dataset;
  if (!(start >= 0 && start <= end && end <= indices.length)) {
    const detail = `rows ${start} to ${end} of a list of ${indices.length}`;
    throw new DataError('row-out-of-range', `${detail}; ask for a part of the list`);
  }
  checkLength('outRows', outRows, (end - start) * featureCount);
  checkLength('outLabels', outLabels, end - start);
  for (let i = start; i < end; i++) {
    const row = indices[i]!;
    if (row >= rowCount) {
      const detail = `row ${row} of ${dataset.name}, which has ${rowCount}`;
      throw new DataError('row-out-of-range', `${detail}; sample from this dataset's own rows`);
    }
    outRows.set(rows.subarray(row * featureCount, (row + 1) * featureCount), (i - start) * featureCount);
    outLabels[i - start] = labels[row]!;
  }
}

/**
 * out[r, labels[r]] = 1, every other element +0: the target the specification's loss compares the outputs with.
 * @param out [labels.length, classCount], overwritten
 * @throws {DataError} `label-out-of-range`, `buffer-length`
 */
export function oneHot(labels: Uint8Array, classCount: number, out: Float32Array): void {
  checkLength('out', out, labels.length * classCount);
  out.fill(0);
  for (const [r, label] of labels.entries()) {
    if (label >= classCount) {
      const detail = `label ${label} where the run has ${classCount} classes`;
      throw new DataError('label-out-of-range', `${detail}; use labels 0 to ${classCount - 1}`);
    }
    out[r * classCount + label] = 1;
  }
}

function checkLength(what: string, buffer: Uint8Array | Float32Array, length: number): void {
  if (buffer.length === length) return;
  throw new DataError('buffer-length', `${what} has ${buffer.length} elements; give it exactly ${length}`);
}
