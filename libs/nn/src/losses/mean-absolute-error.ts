import * as v from 'valibot';
import { eachError, sumOfMeans, type LossKind } from './loss.ts';

const fround = Math.fround;

/** Mean over outputs of |out - label|; where they are equal its slope is 0. */
export interface MeanAbsoluteError {
  readonly type: 'mae';
}

export const meanAbsoluteError: LossKind<MeanAbsoluteError> = {
  type: 'mae',
  schema: v.strictObject({ type: v.literal('mae') }),
  target: () => 'values',
  link: 'identity',
  gradient: (at) => {
    const slope = fround(1 / at.width);
    eachError(at, (output, label) => {
      const d = fround(output - label);
      if (d > 0) return slope;
      // What is neither is 0, or no number and stays so.
      return d < 0 ? -slope : d;
    });
  },
  sum: (at, leafRows) => sumOfMeans(at, leafRows, (output, label) => Math.abs(fround(output - label))),
};
