import * as v from 'valibot';
import { beta, nonNegative, positive, type OptimizerKind } from './optimizer.ts';

/**
 * RMSprop (Tieleman and Hinton 2012) as PyTorch has it: d = g / (sqrt(v) + epsilon), or with `centred` (Graves 2013, arXiv 1308.0850)
 * g / (sqrt(v - m^2) + epsilon); then w - lr * u with u = momentum * u + d.
 */
export interface RmsProp {
  readonly type: 'rmsprop';
  readonly alpha: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly centred: boolean;
}

export const rmsprop: OptimizerKind<RmsProp, 'square' | 'mean' | 'velocity'> = {
  type: 'rmsprop',
  learningRate: 0.01,
  weightDecay: 0,
  isDecoupled: false,
  schema: v.strictObject({
    type: v.literal('rmsprop'),
    alpha: v.optional(beta, 0.99),
    epsilon: v.optional(positive, 1e-8),
    momentum: v.optional(nonNegative, 0),
    centred: v.optional(v.boolean(), false),
  }),
  examples: [{ centred: true }, { momentum: 0.9 }],
  withMomentum: (spec, momentum) => (spec.momentum === 0 ? undefined : { ...spec, momentum }),
  state: ({ centred, momentum }) => [
    'square',
    ...(centred ? (['mean'] as const) : []),
    ...(momentum === 0 ? [] : (['velocity'] as const)),
  ],
  step({ backend, spec, learningRate, out, weights, gradient, before, after }) {
    const { alpha, epsilon, momentum, centred } = spec;
    const scalars = [1 - alpha, epsilon];
    const isFinite = centred
      ? backend.map(
          'rmspropCentred',
          [gradient, after.square, after.mean],
          [before.square, before.mean, gradient],
          scalars,
        )
      : backend.map('rmsprop', [gradient, after.square], [before.square, gradient], scalars);
    if (!isFinite) return false;
    if (momentum === 0) return backend.map('descend', [out], [weights, gradient], [learningRate]);
    return backend.map(
      'sgdMomentum',
      [out, after.velocity],
      [weights, before.velocity, gradient],
      [momentum, 1, learningRate],
    );
  },
};
