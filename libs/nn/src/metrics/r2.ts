import { TARGET_KINDS } from '@lockstep/data';
import * as v from 'valibot';
import type { MetricKind } from './metric.ts';

/**
 * 1 - (sum of (output - target)^2) / (sum of (target - mean target)^2), of each output; of several their mean. Where all targets are
 * equal it is 1 if every output is right and else 0, and of fewer than two rows it is NaN, as scikit-learn has both.
 */
export interface R2 {
  readonly type: 'r2';
}

/** What is kept of each output, after the row count: the mean target, the squares around it, and those of the errors. */
const KEPT = 3;

export const r2: MetricKind<R2> = {
  type: 'r2',
  schema: v.strictObject({ type: v.literal('r2') }),
  targets: TARGET_KINDS,
  best: 'highest',
  label: () => 'r2',
  tally: (_spec, { outputs, targets, rows, width }) => {
    const tally = new Float64Array(1 + KEPT * width);
    tally[0] = rows;
    for (let j = 0; j < width; j++) {
      let [sum, around, errors] = [0, 0, 0];
      for (let row = 0; row < rows; row++) sum += targets[row * width + j]!;
      const mean = sum / rows;
      for (let row = 0; row < rows; row++) {
        const target = targets[row * width + j]!;
        const [d, error] = [target - mean, outputs[row * width + j]! - target];
        around += d * d;
        errors += error * error;
      }
      tally.set([mean, around, errors], 1 + KEPT * j);
    }
    return tally;
  },
  // A difference of two large sums of squares would lose what is small about them (Chan, Golub and LeVeque 1979).
  join: (left, right) => {
    const both = new Float64Array(left.length);
    const [n, m] = [left[0]!, right[0]!];
    both[0] = n + m;
    for (let place = 1; place < left.length; place += KEPT) {
      const apart = right[place]! - left[place]!;
      const between = apart * apart * ((n * m) / (n + m));
      both[place] = left[place]! + apart * (m / (n + m));
      both[place + 1] = left[place + 1]! + right[place + 1]! + between;
      both[place + 2] = left[place + 2]! + right[place + 2]!;
    }
    return both;
  },
  value: (_spec, tally, width) => {
    if (tally[0]! < 2) return NaN;
    let sum = 0;
    for (let place = 1; place < tally.length; place += KEPT)
      sum += scoreOf(tally[place + 1]!, tally[place + 2]!);
    return sum / width;
  },
};

function scoreOf(around: number, errors: number): number {
  if (around === 0) return errors === 0 ? 1 : 0;
  return 1 - errors / around;
}
