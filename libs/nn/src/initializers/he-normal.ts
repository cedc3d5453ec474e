import * as v from 'valibot';
import type { InitializerKind } from './initializer.ts';
import { fillNormal } from './normal.ts';

/**
 * Normal, deviation = sqrt(2 / ((1 + slope^2) * inputs)), for units that pass `slope` of what is below 0: 0 for ReLU (He et al. 2015,
 * arXiv 1502.01852).
 */
export interface HeNormal {
  readonly type: 'he-normal';
  readonly slope: number;
}

export const heNormal: InitializerKind<HeNormal> = {
  type: 'he-normal',
  schema: v.strictObject({
    type: v.literal('he-normal'),
    slope: v.optional(v.pipe(v.number(), v.finite()), 0),
  }),
  fill: (at) => fillNormal(at, Math.sqrt(2 / ((1 + at.spec.slope * at.spec.slope) * at.fans.inputs))),
};
