import { log } from '@lockstep/math';
import * as v from 'valibot';
import { sumOfRows, type LossKind } from './loss.ts';
import { SOFTMAX_KEEPS, softmaxRows, surprise } from './softmax-rows.ts';

const fround = Math.fround;

/**
 * sum over classes of t (ln t - ln p) with p the softmax of the outputs (Kullback and Leibler 1951): the cross-entropy less that of the
 * labels with themselves, so that it is 0 where p = t. dloss/d(out) = p - t.
 */
export interface KlDivergence {
  readonly type: 'kl';
}

export const klDivergence: LossKind<KlDivergence> = {
  type: 'kl',
  schema: v.strictObject({ type: v.literal('kl') }),
  target: () => 'distribution',
  link: 'softmax',
  keeps: () => SOFTMAX_KEEPS,
  misfit: (_spec, width) =>
    width < 2 ? 'kl compares shares of classes: expected at least 2 outputs' : undefined,
  gradient: (at) => {
    softmaxRows(at);
    const { error, labels } = at;
    for (let i = 0; i < error.length; i++) error[i] = fround(error[i]! - labels[i]!);
  },
  sum: (at, leafRows) =>
    sumOfRows(at.rows, leafRows, (row) => {
      let loss = 0;
      for (let j = 0; j < at.width; j++) {
        const t = at.labels[row * at.width + j]!;
        if (t !== 0) loss += t * (log(t) + surprise(at, row, j));
      }
      return loss;
    }),
};
