import * as v from 'valibot';
import { nonNegative, type OptimizerKind } from './optimizer.ts';

/**
 * Stochastic gradient descent: w - lr * u with u = momentum * u + (1 - dampening) * g, or g in the first step, as PyTorch has it: the rate
 * stays outside u (Keras's is inside). With `nesterov` w - lr * (g + momentum * u).
 */
export interface Sgd {
  readonly type: 'sgd';
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
}

export const sgd: OptimizerKind<Sgd, 'velocity'> = {
  type: 'sgd',
  learningRate: 0.05,
  weightDecay: 0,
  isDecoupled: false,
  schema: v.pipe(
    v.strictObject({
      type: v.literal('sgd'),
      momentum: v.optional(nonNegative, 0),
      dampening: v.optional(v.pipe(v.number(), v.finite()), 0),
      nesterov: v.optional(v.boolean(), false),
    }),
    v.forward(
      v.check(
        ({ nesterov, momentum, dampening }) => !nesterov || (momentum > 0 && dampening === 0),
        'expected a momentum above 0 and no dampening beside it',
      ),
      ['nesterov'],
    ),
  ),
  examples: [
    { momentum: 0.9, dampening: 0.1 },
    { momentum: 0.9, nesterov: true },
  ],
  withMomentum: (spec, momentum) => (spec.momentum === 0 ? undefined : { ...spec, momentum }),
  state: ({ momentum }) => (momentum === 0 ? [] : ['velocity']),
  step({ backend, spec, t, learningRate, out, weights, gradient, before, after }) {
    const { momentum, dampening, nesterov } = spec;
    if (momentum === 0) return backend.map('descend', [out], [weights, gradient], [learningRate]);
    return backend.map(
      nesterov ? 'sgdNesterov' : 'sgdMomentum',
      [out, after.velocity],
      [weights, before.velocity, gradient],
      [momentum, t === 1 ? 1 : 1 - dampening, learningRate],
    );
  },
};
