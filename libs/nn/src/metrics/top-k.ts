import * as v from 'valibot';
import { classOf, predictedClass } from './classes.ts';
import { joinBySums, type MetricKind, type MetricRows } from './metric.ts';

/**
 * The share of rows whose class is among the k largest outputs: fewer than k others are as large. A class whose output equals the k-th
 * and the next counts as outside, so that equal outputs score nothing; an output that is not a number is smaller than none. An only
 * output makes one guess, whatever k is.
 */
export interface TopK {
  readonly type: 'top-k';
  readonly k: number;
}

export const topK: MetricKind<TopK> = {
  type: 'top-k',
  schema: v.strictObject({
    type: v.literal('top-k'),
    k: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1, 'expected at least 1')), 5),
  }),
  targets: ['classes'],
  best: 'highest',
  label: ({ k }) => `top-${k}`,
  tally: ({ k }, at) => {
    const isRight = at.width === 1 ? isPredicted : isAmong;
    let right = 0;
    for (let row = 0; row < at.rows; row++) if (isRight(at, row, k)) right++;
    return Float64Array.of(right, at.rows);
  },
  join: joinBySums,
  value: (_spec, [right, rows]) => right! / rows!,
};

const isPredicted = (at: MetricRows, row: number): boolean => predictedClass(at, row) === classOf(at, row);

/** Whether at most k outputs, that of the row's class among them, are not below that. */
function isAmong(at: MetricRows, row: number, k: number): boolean {
  const { outputs, width } = at;
  const own = outputs[row * width + classOf(at, row)]!;
  let notBelow = 0;
  for (let c = 0; c < width; c++) if (!(outputs[row * width + c]! < own)) notBelow++;
  return notBelow <= k && !Number.isNaN(own);
}
