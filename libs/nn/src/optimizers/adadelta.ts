import * as v from 'valibot';
import { beta, positive, type OptimizerKind } from './optimizer.ts';

/**
 * Adadelta (Zeiler 2012, arXiv 1212.5701) as PyTorch has it: d = sqrt(u + epsilon) / sqrt(v + epsilon) * g with v the moving average of g^2 and u
 * that of d^2 before the step; w - lr * d, where the paper has no lr.
 */
export interface Adadelta {
  readonly type: 'adadelta';
  readonly rho: number;
  readonly epsilon: number;
}

export const adadelta: OptimizerKind<Adadelta, 'square' | 'change'> = {
  type: 'adadelta',
  learningRate: 1,
  weightDecay: 0,
  isDecoupled: false,
  schema: v.strictObject({
    type: v.literal('adadelta'),
    rho: v.optional(beta, 0.9),
    epsilon: v.optional(positive, 1e-6),
  }),
  state: () => ['square', 'change'],
  step({ backend, spec, learningRate, out, weights, gradient, before, after }) {
    return backend.map(
      'adadelta',
      [out, after.square, after.change],
      [weights, before.square, before.change, gradient],
      [1 - spec.rho, spec.epsilon, learningRate],
    );
  },
};
