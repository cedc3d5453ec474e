import * as v from 'valibot';
import { isRight } from './labels.ts';
import { joinBySums, type MetricKind } from './metric.ts';

/** The share of labels that are right, over rows and labels (Keras's name; scikit-learn's 1 - `hamming_loss`). */
export interface BinaryAccuracy {
  readonly type: 'binary-accuracy';
}

export const binaryAccuracy: MetricKind<BinaryAccuracy> = {
  type: 'binary-accuracy',
  schema: v.strictObject({ type: v.literal('binary-accuracy') }),
  targets: ['labels'],
  best: 'highest',
  label: () => 'binary accuracy',
  tally: (_spec, at) => {
    let right = 0;
    for (let index = 0; index < at.rows * at.width; index++) if (isRight(at, index)) right++;
    return Float64Array.of(right, at.rows * at.width);
  },
  join: joinBySums,
  value: (_spec, [right, all]) => right! / all!,
};
