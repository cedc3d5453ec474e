import { censusOf, describeClasses, percent } from './class-census.ts';
import { targetWidth, type Dataset, type TrainTest } from './dataset.ts';

/** Bytes of a row that its number in the search for repeated rows is made of. */
const LOOKED_AT = 64;
/** Rows of one number that are compared in full; more are rows alike, whose count stays a lower bound. */
const MOST_COMPARED = 8;
/** Test rows found among the training rows that are worth a word: real datasets have a few. */
const LEAST_REPEATED_SHARE = 0.01;

/**
 * What is odd about a dataset that can be trained on all the same, each with its counts, for people. None for a sound one.
 * @param parts that passed `checkTrainTest`
 */
export function remarksOf(parts: TrainTest): readonly string[] {
  const { train, test } = parts;
  const remarks = [...(train.target === undefined ? classRemarksOf(parts) : columnRemarksOf(train))];
  const value = train.rows[0];
  if (train.rows.every((each) => each === value)) {
    remarks.push(`all ${train.rows.length} values of ${train.name} are ${value}: nothing to learn from`);
  }
  const repeated = repeatedRows(train, test);
  if (repeated >= LEAST_REPEATED_SHARE * test.rowCount) {
    remarks.push(
      `${repeated} of ${test.rowCount} rows of ${test.name} (${percent(repeated / test.rowCount)}) are rows of ` +
        `${train.name} too: the accuracy on them says little about new data`,
    );
  }
  return remarks;
}

function classRemarksOf(parts: TrainTest): readonly string[] {
  const { train } = parts;
  const { trained, untrained } = censusOf(parts);
  if (trained.length - untrained.length === 1) {
    return [
      `all ${train.rowCount} rows of ${train.name} are of class ${trained.length - 1}: nothing to tell apart`,
    ];
  }
  if (untrained.length === 0) return [];
  return [
    `${train.name} has no row of ${describeClasses(untrained)} among its ${trained.length} classes ` +
      `(0 to ${trained.length - 1}): the network gets an output for each, and learns nothing there`,
  ];
}

/** Of labels or numbers: columns in which every row has the same. */
function columnRemarksOf(train: Dataset): readonly string[] {
  const { labels, name, rowCount } = train;
  const width = targetWidth(train);
  const isSame = (column: number): boolean => {
    for (let row = 1; row < rowCount; row++)
      if (labels[row * width + column] !== labels[column]) return false;
    return true;
  };
  const same = Array.from({ length: width }, (_, column) => column).filter(isSame);
  if (same.length === 0) return [];
  const columns = `column${same.length === 1 ? '' : 's'} ${same.slice(0, 8).join(', ')}${same.length > 8 ? ', ...' : ''}`;
  return [
    `all rows of ${name} have the same in ${columns} of what they are to come to: nothing to learn there`,
  ];
}

/** How many test rows are training rows too, value by value; at least so many where many rows are alike. */
function repeatedRows(train: Dataset, test: Dataset): number {
  const { featureCount } = train;
  const rowOf = ({ rows }: Dataset, row: number): Uint8Array =>
    rows.subarray(row * featureCount, (row + 1) * featureCount);
  const stride = Math.max(1, Math.floor(featureCount / LOOKED_AT));
  const numberOf = ({ rows }: Dataset, row: number): number => {
    let number = 0x811c9dc5;
    const end = (row + 1) * featureCount;
    for (let at = row * featureCount; at < end; at += stride)
      number = Math.imul(number ^ rows[at]!, 0x01000193);
    return number;
  };
  /** Test rows not yet found, by number. */
  const sought = new Map<number, number[]>();
  for (let row = 0; row < test.rowCount; row++) {
    const number = numberOf(test, row);
    const same = sought.get(number);
    if (same === undefined) sought.set(number, [row]);
    else same.push(row);
  }
  let repeated = 0;
  for (let row = 0; row < train.rowCount; row++) {
    const number = numberOf(train, row);
    const candidates = sought.get(number);
    if (candidates === undefined) continue;
    const values = rowOf(train, row);
    for (let index = Math.min(candidates.length, MOST_COMPARED) - 1; index >= 0; index--) {
      if (!equal(values, rowOf(test, candidates[index]!))) continue;
      candidates.splice(index, 1);
      repeated++;
    }
    if (candidates.length === 0) sought.delete(number);
  }
  return repeated;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
