import { powInt } from '@lockstep/math';
import * as v from 'valibot';
import { momentEntries, momentScalars, type Moments } from './adam.ts';
import type { OptimizerKind } from './optimizer.ts';

/**
 * NAdam (Dozat 2016) as PyTorch has it, with mu_t = b1 * (1 - 0.96^(0.004 t) / 2) and P_t the product of mu_1 .. mu_t:
 * w - (lr (1 - mu_t) / (1 - P_t) * g + lr mu_(t+1) / (1 - P_t mu_(t+1)) * m) / (sqrt(v) / sqrt(1 - b2^t) + epsilon).
 */
export interface NAdam extends Moments {
  readonly type: 'nadam';
}

/** 0.96^0.004 as a float64: no power but whole ones is part of the contract. */
const DECAY = 0.9998367253526753;

const momentumAt = ({ beta1 }: NAdam, t: number): number => beta1 * (1 - 0.5 * powInt(DECAY, t));

export const nadam: OptimizerKind<NAdam, 'mean' | 'square'> = {
  type: 'nadam',
  learningRate: 0.002,
  weightDecay: 0,
  isDecoupled: false,
  schema: v.strictObject({ type: v.literal('nadam'), ...momentEntries }),
  state: () => ['mean', 'square'],
  numbers: {
    first: { product: 1 },
    after: (spec, { product }, t) => ({ product: product! * momentumAt(spec, t) }),
  },
  step({ backend, spec, t, learningRate, out, weights, gradient, before, after, numbers }) {
    const product = numbers['product']!;
    const next = momentumAt(spec, t + 1);
    return backend.map(
      'nadam',
      [out, after.mean, after.square],
      [weights, before.mean, before.square, gradient],
      [
        ...momentScalars(spec, t),
        (learningRate * (1 - momentumAt(spec, t))) / (1 - product),
        (learningRate * next) / (1 - product * next),
      ],
    );
  },
};
