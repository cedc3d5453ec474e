import * as v from 'valibot';
import { sumOfRows, type LossKind, type LossRun } from './loss.ts';
import { SOFTMAX_KEEPS, softmaxRows, surprise } from './softmax-rows.ts';

const fround = Math.fround;

/**
 * -sum over classes of t ln p with p the softmax of the outputs, so that dloss/d(out) = p - t. The labels t are classes or distributions;
 * smoothing makes (1 - labelSmoothing) t + labelSmoothing / classes of them (Szegedy et al. 2015, arXiv 1512.00567). A row of class c
 * counts classWeights[c] times, in the mean over rows too.
 */
export interface CrossEntropy {
  readonly type: 'cross-entropy';
  readonly labelSmoothing: number;
  readonly classWeights?: readonly number[];
}

export const crossEntropy: LossKind<CrossEntropy> = {
  type: 'cross-entropy',
  schema: v.strictObject({
    type: v.literal('cross-entropy'),
    labelSmoothing: v.optional(
      v.pipe(
        v.number(),
        v.minValue(0, 'expected a number from 0 to 1'),
        v.ltValue(1, 'expected a number below 1'),
      ),
      0,
    ),
    classWeights: v.exactOptional(
      v.pipe(
        v.array(v.pipe(v.number(), v.finite(), v.gtValue(0, 'expected a number above 0'))),
        v.minLength(2, 'expected a weight for each class'),
      ),
    ),
  }),
  examples: [{ labelSmoothing: 0.1 }, { classWeights: [0.3, 2] }],
  target: ({ classWeights }) => (classWeights === undefined ? 'distribution' : 'class'),
  link: 'softmax',
  keeps: () => SOFTMAX_KEEPS,
  misfit: ({ classWeights }, width) => {
    if (width < 2)
      return 'cross-entropy tells classes apart by an output for each: expected at least 2 outputs';
    if (classWeights === undefined || classWeights.length === width) return undefined;
    return `classWeights: expected a weight for each of ${width} outputs, found ${classWeights.length}`;
  },
  classWeights: ({ classWeights }) => classWeights,
  gradient: (at) => {
    softmaxRows(at);
    const { rows, width, error, labels, spec } = at;
    const smooth = smoothing(at);
    for (let row = 0; row < rows; row++) {
      const weight = fround(weightOf(at, row));
      for (let i = row * width; i < (row + 1) * width; i++) {
        const difference = fround(error[i]! - smooth(labels[i]!));
        error[i] = spec.classWeights === undefined ? difference : fround(difference * weight);
      }
    }
  },
  sum: (at, leafRows) => {
    const smooth = smoothing(at);
    return sumOfRows(at.rows, leafRows, (row) => {
      let loss = 0;
      for (let j = 0; j < at.width; j++) {
        const t = smooth(at.labels[row * at.width + j]!);
        if (t !== 0) loss += t * surprise(at, row, j);
      }
      return weightOf(at, row) * loss;
    });
  },
};

/** What becomes of a label, rounded once. */
const smoothing = ({
  spec: { labelSmoothing },
  width,
}: LossRun<CrossEntropy>): ((label: number) => number) => {
  const share = labelSmoothing / width;
  return (label) => fround((1 - labelSmoothing) * label + share);
};

/** What a row counts: its class's weight. */
function weightOf({ spec: { classWeights }, labels, width }: LossRun<CrossEntropy>, row: number): number {
  if (classWeights === undefined) return 1;
  return classWeights.reduce((sum, weight, c) => sum + weight * labels[row * width + c]!, 0);
}
