import { TARGET_KINDS } from '@lockstep/data';
import * as v from 'valibot';
import { joinBySums, type MetricKind } from './metric.ts';

/** The root of the mean square of output - target, of each output; of several their mean, as scikit-learn has it. */
export interface RootMeanSquaredError {
  readonly type: 'rmse';
}

export const rootMeanSquaredError: MetricKind<RootMeanSquaredError> = {
  type: 'rmse',
  schema: v.strictObject({ type: v.literal('rmse') }),
  targets: TARGET_KINDS,
  best: 'lowest',
  label: () => 'rmse',
  // The squares of each output, then the rows.
  tally: (_spec, { outputs, targets, rows, width }) => {
    const tally = new Float64Array(width + 1);
    outputs.forEach((output, index) => {
      const d = output - targets[index]!;
      tally[index % width]! += d * d;
    });
    tally[width] = rows;
    return tally;
  },
  join: joinBySums,
  value: (_spec, tally, width) => {
    const rows = tally[width]!;
    return tally.subarray(0, width).reduce((sum, squares) => sum + Math.sqrt(squares / rows), 0) / width;
  },
};
