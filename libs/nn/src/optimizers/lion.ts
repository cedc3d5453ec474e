import * as v from 'valibot';
import { beta, type OptimizerKind } from './optimizer.ts';

/**
 * Lion (Chen et al. 2023, arXiv 2302.06675): w - lr * sign(m + (1 - b1)(g - m)), then m = m + (1 - b2)(g - m); sign(0) is 0. Decay is optax's,
 * the rate a tenth of Adam's, as the paper advises (Keras has 0.001).
 */
export interface Lion {
  readonly type: 'lion';
  readonly beta1: number;
  readonly beta2: number;
}

export const lion: OptimizerKind<Lion, 'mean'> = {
  type: 'lion',
  learningRate: 0.0001,
  weightDecay: 0.001,
  isDecoupled: true,
  schema: v.strictObject({
    type: v.literal('lion'),
    beta1: v.optional(beta, 0.9),
    beta2: v.optional(beta, 0.99),
  }),
  withMomentum: (spec, beta1) => ({ ...spec, beta1 }),
  state: () => ['mean'],
  step({ backend, spec, learningRate, out, weights, gradient, before, after }) {
    return backend.map(
      'lion',
      [out, after.mean],
      [weights, before.mean, gradient],
      [1 - spec.beta1, 1 - spec.beta2, learningRate],
    );
  },
};
