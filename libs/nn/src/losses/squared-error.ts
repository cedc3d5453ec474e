import * as v from 'valibot';
import type { LossKind } from './loss.ts';

/** Sum over outputs of (out - label)^2 / 2. */
export interface SquaredError {
  readonly type: 'squared-error';
}

/** The specification's: sum over outputs of (out - label)^2 / 2, so that dloss/d(out) = out - label. */
export const squaredError: LossKind<SquaredError> = {
  type: 'squared-error',
  schema: v.strictObject({ type: v.literal('squared-error') }),
  target: () => 'values',
  link: 'identity',
  gradient: ({ backend, error, outputs, labels }) => {
    backend.map('subtract', [error], [outputs, labels]);
  },
  sum: ({ backend, error, rows, width }, leafRows) => backend.squaredErrorSum(error, rows, width, leafRows),
};
