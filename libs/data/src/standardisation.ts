import { DataError } from './data-error.ts';

/** Inputs become (v/255 - mean)/deviation; both in units of v/255. */
export interface Standardisation {
  readonly mean: number;
  readonly deviation: number;
}

/** The constants customary for MNIST: those of its training images, to four digits. */
export const MNIST_STANDARDISATION: Standardisation = { mean: 0.1307, deviation: 0.3081 };

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
