import * as v from 'valibot';
import { classOf, predictedClass } from './classes.ts';
import { isRight } from './labels.ts';
import { joinBySums, type MetricKind, type MetricRows } from './metric.ts';

/**
 * The share of rows whose class has the largest output, larger than every other; where rows have labels, of those whose labels are all
 * right (scikit-learn's subset accuracy).
 */
export interface Accuracy {
  readonly type: 'accuracy';
}

export const accuracy: MetricKind<Accuracy> = {
  type: 'accuracy',
  schema: v.strictObject({ type: v.literal('accuracy') }),
  targets: ['classes', 'labels'],
  best: 'highest',
  label: () => 'accuracy',
  tally: (_spec, at) => {
    let right = 0;
    const isRowRight = at.target === 'labels' ? allRight : isClassRight;
    for (let row = 0; row < at.rows; row++) if (isRowRight(at, row)) right++;
    return Float64Array.of(right, at.rows);
  },
  join: joinBySums,
  value: (_spec, [right, rows]) => right! / rows!,
};

const isClassRight = (at: MetricRows, row: number): boolean => predictedClass(at, row) === classOf(at, row);

function allRight(at: MetricRows, row: number): boolean {
  for (let index = row * at.width; index < (row + 1) * at.width; index++)
    if (!isRight(at, index)) return false;
  return true;
}
