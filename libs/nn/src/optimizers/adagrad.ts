import * as v from 'valibot';
import { nonNegative, positive, type OptimizerKind } from './optimizer.ts';

/**
 * Adagrad (Duchi et al. 2011) as PyTorch has it: s = s + g^2 from `initialSum` (0; Keras and optax begin with 0.1), and
 * w - lr / (1 + (t - 1) * rateDecay) * g / (sqrt(s) + epsilon).
 */
export interface Adagrad {
  readonly type: 'adagrad';
  readonly rateDecay: number;
  readonly initialSum: number;
  readonly epsilon: number;
}

export const adagrad: OptimizerKind<Adagrad, 'sum'> = {
  type: 'adagrad',
  learningRate: 0.01,
  weightDecay: 0,
  isDecoupled: false,
  schema: v.strictObject({
    type: v.literal('adagrad'),
    rateDecay: v.optional(nonNegative, 0),
    initialSum: v.optional(nonNegative, 0),
    epsilon: v.optional(positive, 1e-10),
  }),
  examples: [{ initialSum: 0.1, rateDecay: 0.1 }],
  state: () => ['sum'],
  initial: ({ initialSum }) => ({ sum: initialSum }),
  step({ backend, spec, t, learningRate, out, weights, gradient, before, after }) {
    const rate = learningRate / (1 + (t - 1) * spec.rateDecay);
    return backend.map('adagrad', [out, after.sum], [weights, before.sum, gradient], [spec.epsilon, rate]);
  },
};
