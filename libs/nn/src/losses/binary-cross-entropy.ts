import { log } from '@lockstep/math';
import * as v from 'valibot';
import { eachError, sumOfMeans, type LossKind } from './loss.ts';

const fround = Math.fround;

/**
 * Mean over outputs of -(w t ln s + (1 - t) ln (1 - s)) with s = sigmoid(out): each output a yes or no of its own, whose label t is 1 or 0,
 * or between. `positiveWeight` w is one number or one for each output; dloss/d(out) = ((1 + (w - 1) t) s - w t) / width.
 */
export interface BinaryCrossEntropy {
  readonly type: 'binary-cross-entropy';
  readonly positiveWeight: number | readonly number[];
}

const weight = v.pipe(v.number(), v.finite(), v.gtValue(0, 'expected a number above 0'));

export const binaryCrossEntropy: LossKind<BinaryCrossEntropy> = {
  type: 'binary-cross-entropy',
  schema: v.strictObject({
    type: v.literal('binary-cross-entropy'),
    positiveWeight: v.optional(v.union([weight, v.array(weight)]), 1),
  }),
  examples: [{ positiveWeight: [0.3, 2] }],
  target: () => 'values',
  link: 'sigmoid',
  misfit: ({ positiveWeight }, width) =>
    typeof positiveWeight === 'number' || positiveWeight.length === width
      ? undefined
      : `positiveWeight: expected one number, or one for each of ${width} outputs, found ${positiveWeight.length}`,
  // Of each output e = exp(-|out|), of which sigmoid and loss are made.
  keeps: (width) => [width],
  gradient: (at) => {
    const { backend, outputs, kept, width, spec } = at;
    const small = kept[0]!;
    for (let i = 0; i < small.length; i++) small[i] = -Math.abs(outputs[i]!);
    backend.map('exp', [small], [small]);
    const factor = fround(1 / width);
    const weightOf = weightsOf(spec);
    eachError(at, (output, label, i) => {
      const w = fround(weightOf(i % width));
      const both = fround(1 + fround(fround(w - 1) * label));
      const e = small[i]!;
      const sigmoid = fround((output >= 0 ? 1 : e) / (1 + e));
      const slope = fround(fround(both * sigmoid) - fround(w * label));
      return fround(slope * factor);
    });
  },
  sum: (at, leafRows) => {
    const { kept, width, spec } = at;
    const small = kept[0]!;
    const weightOf = weightsOf(spec);
    return sumOfMeans(at, leafRows, (output, label, i) => {
      // ln(1 + e^out) = max(out, 0) + ln(1 + e^-|out|), and ln(1 + e^-out) is that less out.
      const softplus = Math.max(output, 0) + log1p(small[i]!);
      return (1 - label) * softplus + weightOf(i % width) * label * (softplus - output);
    });
  },
};

const weightsOf = ({ positiveWeight }: BinaryCrossEntropy): ((column: number) => number) =>
  typeof positiveWeight === 'number' ? () => positiveWeight : (column) => positiveWeight[column]!;

/** ln(1 + e) for 0 <= e <= 1 in float64, where 1 + e loses what e has below it (Kahan's quotient puts it back). */
function log1p(e: number): number {
  const sum = 1 + e;
  return sum === 1 ? e : (log(sum) * e) / (sum - 1);
}
