import * as v from 'valibot';
import type { InitializerKind } from './initializer.ts';
import { fillUniform } from './uniform.ts';

/**
 * Uniform on (-limit, limit), limit = sqrt(6 / ((1 + slope^2) * inputs)), for units that pass `slope` of what is below 0: 0 for ReLU
 * (He et al. 2015, arXiv 1502.01852).
 */
export interface HeUniform {
  readonly type: 'he-uniform';
  readonly slope: number;
}

export const heUniform: InitializerKind<HeUniform> = {
  type: 'he-uniform',
  schema: v.strictObject({
    type: v.literal('he-uniform'),
    slope: v.optional(v.pipe(v.number(), v.finite()), 0),
  }),
  fill: (at) => fillUniform(at, Math.sqrt(6 / ((1 + at.spec.slope * at.spec.slope) * at.fans.inputs))),
};
