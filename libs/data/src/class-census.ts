import { DataError } from './data-error.ts';
import { classCountOf, type TrainTest } from './dataset.ts';

/** How many rows of each class a dataset has, from class 0 to the largest label of its training rows. */
interface ClassCensus {
  /** Training rows of each class. */
  readonly trained: Uint32Array;
  /** Classes without a training row, in order. */
  readonly untrained: readonly number[];
  /** Test rows of those classes: no training could ever get one right. */
  readonly hopelessRows: number;
}

/** Beyond this share of classes without a row the labels are not numbers of classes: 255 for "no label", or codes. */
const MOST_EMPTY_SHARE = 0.5;

/** @param parts that passed `checkTrainTest`, whose rows have classes */
export function censusOf({ train, test }: TrainTest): ClassCensus {
  const classCount = classCountOf(train);
  const [trained, tested] = [train, test].map(({ labels }) => {
    const rows = new Uint32Array(classCount);
    for (const label of labels) rows[label]!++;
    return rows;
  }) as [Uint32Array, Uint32Array];
  const untrained = [...trained.keys()].filter((label) => trained[label] === 0);
  const hopelessRows = untrained.reduce((sum, label) => sum + tested[label]!, 0);
  return { trained, untrained, hopelessRows };
}

/**
 * What makes the classes of a dataset unfit to start a run on; undefined when nothing does. A run that began before this was
 * asked goes on all the same.
 */
export function classFaultOf(parts: TrainTest): DataError | undefined {
  if (parts.train.target !== undefined) return undefined;
  const { train, test } = parts;
  const { trained, untrained, hopelessRows } = censusOf(parts);
  if (hopelessRows > 0) {
    const lacking = untrained.filter((label) => test.labels.includes(label));
    const detail =
      `${test.name} has ${hopelessRows} of ${test.rowCount} rows of ${describeClasses(lacking)}, of which ` +
      `${train.name} has none: at most ${percent(1 - hopelessRows / test.rowCount)} could ever be right`;
    return new DataError(
      'untrained-class',
      `${detail}; add training rows of it, or take those test rows out`,
    );
  }
  if (untrained.length > MOST_EMPTY_SHARE * trained.length) {
    const largest = trained.length - 1;
    const detail =
      `${train.name} has rows of ${trained.length - untrained.length} classes, and its largest label, ${largest} ` +
      `(${trained[largest]} of ${train.rowCount} rows), asks for ${trained.length} outputs, ${untrained.length} of ` +
      'which nothing would be learned for';
    return new DataError('sparse-classes', `${detail}; number the classes from 0, and drop rows without one`);
  }
  return undefined;
}

/** "class 5", "classes 3, 5 and 7 to 9". */
export function describeClasses(labels: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const label of labels) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === label - 1) last[1] = label;
    else ranges.push([label, label]);
  }
  const texts = ranges.flatMap(([first, last]) =>
    last - first < 2 ? [first, ...(last > first ? [last] : [])].map(String) : [`${first} to ${last}`],
  );
  const listed = [texts.slice(0, -1).join(', '), texts.at(-1)].filter(Boolean).join(' and ');
  return `${labels.length === 1 ? 'class' : 'classes'} ${listed}`;
}

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
