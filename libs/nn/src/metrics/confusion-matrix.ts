import * as v from 'valibot';
import { confusionOf } from './confusion.ts';
import { classCountOf } from './classes.ts';
import { joinBySums, type MetricKind } from './metric.ts';

/** Rows by class (down) and by what was predicted (across); the last column counts those that prefer no class. */
export interface ConfusionMatrix {
  readonly type: 'confusion-matrix';
}

export const confusionMatrix: MetricKind<ConfusionMatrix> = {
  type: 'confusion-matrix',
  schema: v.strictObject({ type: v.literal('confusion-matrix') }),
  targets: ['classes'],
  best: undefined,
  label: () => 'confusion matrix',
  tally: (_spec, at) => confusionOf(at),
  join: joinBySums,
  value: (_spec, counts, width) => {
    const classes = classCountOf(width);
    return Array.from({ length: classes }, (_, c) => [
      ...counts.subarray(c * (classes + 1), (c + 1) * (classes + 1)),
    ]);
  },
};
