import { powInt } from '@lockstep/math';
import * as v from 'valibot';
import { momentEntries, type Moments, withBeta1 } from './adam.ts';
import type { OptimizerKind } from './optimizer.ts';

/**
 * RAdam (Liu et al. 2019, arXiv 1908.03265) as PyTorch has it: with R = 2 / (1 - b2) - 1 and r = R - 2 t b2^t / (1 - b2^t), Adam times
 * sqrt((r - 4)(r - 2) R / ((R - 4)(R - 2) r)) where r > 5, and w - lr / (1 - b1^t) * m before. Its epsilon stands beside the root of v as it is,
 * not the corrected one.
 */
export interface RAdam extends Moments {
  readonly type: 'radam';
}

export const radam: OptimizerKind<RAdam, 'mean' | 'square'> = {
  type: 'radam',
  learningRate: 0.001,
  weightDecay: 0,
  isDecoupled: false,
  schema: v.strictObject({ type: v.literal('radam'), ...momentEntries }),
  withMomentum: withBeta1,
  state: () => ['mean', 'square'],
  step({ backend, spec, t, learningRate, out, weights, gradient, before, after }) {
    const { beta1, beta2, epsilon } = spec;
    const outs = [out, after.mean, after.square];
    const inputs = [weights, before.mean, before.square, gradient];
    const rate = learningRate / (1 - powInt(beta1, t));
    const correction = 1 - powInt(beta2, t);
    const most = 2 / (1 - beta2) - 1;
    const length = most - (2 * t * powInt(beta2, t)) / correction;
    if (length <= 5) return backend.map('unrectified', outs, inputs, [1 - beta1, 1 - beta2, rate]);
    const rectification = Math.sqrt(
      ((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length),
    );
    // The root is not corrected before epsilon is added, so its correction goes into the rate.
    const rectified = rate * Math.sqrt(correction) * rectification;
    return backend.map('adam', outs, inputs, [1 - beta1, 1 - beta2, 1, epsilon, rectified]);
  },
};
