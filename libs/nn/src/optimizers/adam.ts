import { powInt } from '@lockstep/math';
import * as v from 'valibot';
import { beta, positive, type OptimizerKind, type OptimizerStep } from './optimizer.ts';

/** Settings of the moving averages of gradients and of their squares. */
export interface Moments {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * Adam (Kingma and Ba 2014, arXiv 1412.6980) as PyTorch has it: w - lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + epsilon); with `amsgrad`
 * (Reddi et al. 2018, arXiv 1904.09237) by the largest v so far, before its correction.
 */
export interface Adam extends Moments {
  readonly type: 'adam';
  readonly amsgrad: boolean;
}

/** Adam whose weight decay acts beside the gradient (Loshchilov and Hutter 2017, arXiv 1711.05101). */
export interface AdamW extends Moments {
  readonly type: 'adamw';
  readonly amsgrad: boolean;
}

export const momentEntries = {
  beta1: v.optional(beta, 0.9),
  beta2: v.optional(beta, 0.999),
  epsilon: v.optional(positive, 1e-8),
};

/** What every kind with two moments multiplies with: 1 - b1, 1 - b2, sqrt(1 - b2^t), epsilon. */
export const momentScalars = ({ beta1, beta2, epsilon }: Moments, t: number): readonly number[] => [
  1 - beta1,
  1 - beta2,
  Math.sqrt(1 - powInt(beta2, t)),
  epsilon,
];

type AdamState = 'mean' | 'square' | 'largest';

const rateOf = ({
  spec,
  t,
  learningRate,
}: OptimizerStep<Moments & { readonly type: string }, never>): number =>
  learningRate / (1 - powInt(spec.beta1, t));

/** A step of Adam. */
export function adamStep(at: OptimizerStep<Moments & { readonly type: string }, 'mean' | 'square'>): boolean {
  const { backend, spec, t, out, weights, gradient, before, after } = at;
  return backend.map(
    'adam',
    [out, after.mean, after.square],
    [weights, before.mean, before.square, gradient],
    [...momentScalars(spec, t), rateOf(at)],
  );
}

function step(at: OptimizerStep<Adam | AdamW, AdamState>): boolean {
  const { backend, spec, t, out, weights, gradient, before, after } = at;
  if (!spec.amsgrad) return adamStep(at);
  return backend.map(
    'amsgrad',
    [out, after.mean, after.square, after.largest],
    [weights, before.mean, before.square, before.largest, gradient],
    [...momentScalars(spec, t), rateOf(at)],
  );
}

/** Its momentum is the first moment's share. */
export const withBeta1 = <S extends { readonly beta1: number }>(spec: S, beta1: number): S => ({
  ...spec,
  beta1,
});

const stateOf = ({ amsgrad }: Adam | AdamW): readonly AdamState[] =>
  amsgrad ? ['mean', 'square', 'largest'] : ['mean', 'square'];

export const adam: OptimizerKind<Adam, AdamState> = {
  type: 'adam',
  learningRate: 0.001,
  weightDecay: 0,
  isDecoupled: false,
  schema: v.strictObject({
    type: v.literal('adam'),
    ...momentEntries,
    amsgrad: v.optional(v.boolean(), false),
  }),
  examples: [{ amsgrad: true }],
  withMomentum: withBeta1,
  state: stateOf,
  step,
};

export const adamW: OptimizerKind<AdamW, AdamState> = {
  type: 'adamw',
  learningRate: 0.001,
  weightDecay: 0.01,
  isDecoupled: true,
  schema: v.strictObject({
    type: v.literal('adamw'),
    ...momentEntries,
    amsgrad: v.optional(v.boolean(), false),
  }),
  examples: [{ amsgrad: true }],
  withMomentum: withBeta1,
  state: stateOf,
  step,
};
