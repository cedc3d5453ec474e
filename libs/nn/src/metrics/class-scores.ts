import type { TargetKind } from '@lockstep/data';
import { classCountOf, classOf, NO_CLASS, predictedClass } from './classes.ts';
import { isTrue, saysYes } from './labels.ts';
import type { MetricRows } from './metric.ts';

/** What became of the rows of a class, or of a label. */
export interface ClassCounts {
  /** Rows of the class that were called it. */
  readonly right: number;
  /** Rows that were called it. */
  readonly called: number;
  /** Rows of the class. */
  readonly support: number;
}

/** How a network does on the rows of one class, or of one label that they may have; a score of nothing is 0, as scikit-learn has it. */
export interface ClassScore {
  /** Of the rows that were called it, the share that are of it. */
  readonly precision: number;
  /** Of the rows that are of it, the share that were called it. */
  readonly recall: number;
  readonly f1: number;
  /** Rows of the class. */
  readonly rows: number;
  /** Rows that were called it: where there are none, its precision is a score of nothing. */
  readonly called: number;
}

/** [classes, 3], or [labels, 3]: of each the rows that were called it rightly, all that were called it, and all that are of it. */
export function classTallyOf(at: MetricRows): Float64Array {
  if (at.target === 'labels') return labelTallyOf(at);
  const tally = new Float64Array(3 * classCountOf(at.width));
  for (let row = 0; row < at.rows; row++) {
    const [own, predicted] = [classOf(at, row), predictedClass(at, row)];
    tally[3 * own + 2]!++;
    if (predicted === NO_CLASS) continue;
    tally[3 * predicted + 1]!++;
    if (predicted === own) tally[3 * own]!++;
  }
  return tally;
}

function labelTallyOf(at: MetricRows): Float64Array {
  const tally = new Float64Array(3 * at.width);
  for (let index = 0; index < at.rows * at.width; index++) {
    const place = 3 * (index % at.width);
    const [own, said] = [isTrue(at, index), saysYes(at, index)];
    if (own) tally[place + 2]!++;
    if (!said) continue;
    tally[place + 1]!++;
    if (own) tally[place]!++;
  }
  return tally;
}

/** Of each class. @param tally as `classTallyOf` gives it, of all rows */
export const classCountsOf = (tally: Float64Array): readonly ClassCounts[] =>
  Array.from({ length: tally.length / 3 }, (_, c) => {
    const [right, called, support] = tally.subarray(3 * c) as unknown as [number, number, number];
    return { right, called, support };
  });

/** Of each class. @param tally as `classTallyOf` gives it, of all rows */
export const classScoresOf = (tally: Float64Array): readonly ClassScore[] =>
  classCountsOf(tally).map(({ right, called, support }) => ({
    precision: scoreOf([right, called]),
    recall: scoreOf([right, support]),
    f1: scoreOf([2 * right, called + support]),
    ...{ rows: support, called },
  }));

/** A quotient; of nothing it is 0. */
export const scoreOf = ([above, below]: readonly [above: number, below: number]): number =>
  below === 0 ? 0 : above / below;

/**
 * Those that count in an average: of labels all, and of classes those that are there or were called, as scikit-learn has both.
 */
export const averagedOver = <T extends { readonly called: number }>(
  all: readonly T[],
  rowsOf: (one: T) => number,
  target: TargetKind,
): readonly T[] => all.filter((one) => target === 'labels' || one.called > 0 || rowsOf(one) > 0);
