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
