import { classCountOf, classOf, NO_CLASS, predictedClass } from './classes.ts';
import type { MetricRows } from './metric.ts';

/** Rows by class and by what was predicted: [classes, classes + 1], whose last column is for rows that prefer no class. */
export function confusionOf(at: MetricRows): Float64Array {
  const classes = classCountOf(at.width);
  const counts = new Float64Array(classes * (classes + 1));
  for (let row = 0; row < at.rows; row++) {
    const predicted = predictedClass(at, row);
    counts[classOf(at, row) * (classes + 1) + (predicted === NO_CLASS ? classes : predicted)]!++;
  }
  return counts;
}

/** What became of a class's rows. */
export interface ClassCounts {
  /** Rows of the class that were called it. */
  readonly right: number;
  /** Rows that were called it. */
  readonly called: number;
  /** Rows of the class. */
  readonly support: number;
}

/** Of each class. @param counts as `confusionOf` gives them */
export function classCountsOf(counts: Float64Array, width: number): readonly ClassCounts[] {
  const classes = classCountOf(width);
  return Array.from({ length: classes }, (_, c) => {
    let [called, support] = [0, 0];
    for (let other = 0; other < classes; other++) called += counts[other * (classes + 1) + c]!;
    for (let other = 0; other <= classes; other++) support += counts[c * (classes + 1) + other]!;
    return { right: counts[c * (classes + 1) + c]!, called, support };
  });
}
