import * as v from 'valibot';
import { eachError, sumOfMeans, type LossKind } from './loss.ts';

const fround = Math.fround;

/** Mean over outputs of (out - label)^2: 2 / width of the specification's `squared-error`. */
export interface MeanSquaredError {
  readonly type: 'mse';
}

export const meanSquaredError: LossKind<MeanSquaredError> = {
  type: 'mse',
  schema: v.strictObject({ type: v.literal('mse') }),
  target: () => 'values',
  link: 'identity',
  gradient: (at) => {
    const factor = fround(2 / at.width);
    eachError(at, (output, label) => fround(fround(output - label) * factor));
  },
  sum: (at, leafRows) =>
    sumOfMeans(at, leafRows, (output, label) => {
      const d = fround(output - label);
      return d * d;
    }),
};
