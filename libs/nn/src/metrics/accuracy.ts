import * as v from 'valibot';
import { classOf, predictedClass } from './classes.ts';
import { joinBySums, type MetricKind } from './metric.ts';

/** The share of rows whose class has the largest output, larger than every other. */
export interface Accuracy {
  readonly type: 'accuracy';
}

export const accuracy: MetricKind<Accuracy> = {
  type: 'accuracy',
  schema: v.strictObject({ type: v.literal('accuracy') }),
  target: 'class',
  best: 'highest',
  label: () => 'accuracy',
  tally: (_spec, at) => {
    let right = 0;
    for (let row = 0; row < at.rows; row++) if (predictedClass(at, row) === classOf(at, row)) right++;
    return Float64Array.of(right, at.rows);
  },
  join: joinBySums,
  value: (_spec, [right, rows]) => right! / rows!,
};
