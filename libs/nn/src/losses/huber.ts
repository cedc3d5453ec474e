import * as v from 'valibot';
import { eachError, sumOfMeans, type LossKind } from './loss.ts';

const fround = Math.fround;

/**
 * Mean over outputs of d^2 / 2 where |d| <= delta, and else of delta * (|d| - delta / 2), with d = out - label: squares near the label,
 * lines far from it (Huber 1964).
 */
export interface Huber {
  readonly type: 'huber';
  readonly delta: number;
}

export const huber: LossKind<Huber> = {
  type: 'huber',
  schema: v.strictObject({
    type: v.literal('huber'),
    delta: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0, 'expected a number above 0')), 1),
  }),
  examples: [{ delta: 0.7 }],
  target: () => 'values',
  link: 'identity',
  gradient: (at) => {
    const delta = fround(at.spec.delta);
    const factor = fround(1 / at.width);
    eachError(at, (output, label) => {
      const d = fround(output - label);
      const atMost = d > delta ? delta : d;
      return fround((atMost < -delta ? -delta : atMost) * factor);
    });
  },
  sum: (at, leafRows) => {
    const { delta } = at.spec;
    return sumOfMeans(at, leafRows, (output, label) => {
      const size = Math.abs(fround(output - label));
      return size <= delta ? (size * size) / 2 : delta * (size - delta / 2);
    });
  },
};
