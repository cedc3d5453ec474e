import { TARGET_KINDS } from '@lockstep/data';
import * as v from 'valibot';
import { joinBySums, type MetricKind } from './metric.ts';

/** The mean of |output - target|, over rows and outputs. */
export interface MeanAbsoluteError {
  readonly type: 'mae';
}

export const meanAbsoluteError: MetricKind<MeanAbsoluteError> = {
  type: 'mae',
  schema: v.strictObject({ type: v.literal('mae') }),
  targets: TARGET_KINDS,
  best: 'lowest',
  label: () => 'mae',
  tally: (_spec, { outputs, targets, rows }) => {
    let sum = 0;
    outputs.forEach((output, index) => (sum += Math.abs(output - targets[index]!)));
    return Float64Array.of(sum, rows);
  },
  join: joinBySums,
  value: (_spec, [sum, rows], width) => sum! / (rows! * width),
};
