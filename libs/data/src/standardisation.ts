import { DataError } from './data-error.ts';

/** Inputs become (v/255 - mean)/deviation; both in units of v/255. */
export interface Standardisation {
  readonly mean: number;
  readonly deviation: number;
}

/** The constants customary for MNIST: those of its training images, to four digits. */
export const MNIST_STANDARDISATION: Standardisation = { mean: 0.1307, deviation: 0.3081 };

/** sha256 over MNIST's 60,000 training images, then labels: by this its files are known wherever they lie. */
export const MNIST_TRAIN_SHA256 = 'edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b';

/**
 * The standardisation of a run that starts on `rows`: the customary constants where they are MNIST's, else fitted to them. It
 * follows from the data alone, so that a folder with MNIST's own files gives the bits of `mnist`.
 * @param sha256 of the training rows, then labels
 */
export const standardisationOf = (rows: Uint8Array, sha256: string): Standardisation =>
  sha256 === MNIST_TRAIN_SHA256 ? MNIST_STANDARDISATION : fitStandardisation(rows);

/**
 * The run's table for uint8 inputs: entry v = fround((v/255 - mean)/deviation), computed in float64 (contract, section 4).
 * @returns 256 entries
 * @throws {DataError} `bad-standardisation` when an entry would not be finite
 */
export function standardisationTable({ mean, deviation }: Standardisation): Float32Array {
  const table = new Float32Array(256);
  for (let v = 0; v < 256; v++) table[v] = (v / 255 - mean) / deviation;
  if (!(deviation > 0) || !table.every(Number.isFinite)) {
    const detail = `mean ${mean} and deviation ${deviation} give inputs that are not finite numbers`;
    throw new DataError('bad-standardisation', `${detail}; use a finite mean and a deviation above 0`);
  }
  return table;
}

/**
 * Mean and population deviation of all values / 255. The sums are exact integers, so the result does not depend on the order
 * of the rows; each rounding after them is one float64 operation. Values that are all equal get the deviation 1.
 * @throws {DataError} `empty-dataset`
 */
export function fitStandardisation(rows: Uint8Array): Standardisation {
  if (rows.length === 0) {
    throw new DataError('empty-dataset', 'no values to fit a standardisation to; give at least one row');
  }
  const counts = new Uint32Array(256);
  for (let i = 0; i < rows.length; i++) counts[rows[i]!]!++;
  let sum = 0;
  let squares = 0;
  for (const [v, count] of counts.entries()) {
    sum += v * count;
    squares += v * v * count;
  }
  // n * squares passes 2^53 for a set as small as MNIST, hence integers of any size until the one rounding to float64.
  const spread = BigInt(rows.length) * BigInt(squares) - BigInt(sum) * BigInt(sum);
  const deviation = Math.sqrt(Number(spread)) / rows.length / 255;
  return { mean: sum / rows.length / 255, deviation: deviation === 0 ? 1 : deviation };
}
