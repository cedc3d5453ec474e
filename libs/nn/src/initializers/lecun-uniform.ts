import * as v from 'valibot';
import type { InitializerKind } from './initializer.ts';
import { fillUniform } from './uniform.ts';

/** Uniform on (-limit, limit), limit = sqrt(3 / inputs) (LeCun et al., "Efficient BackProp", 1998). */
export interface LecunUniform {
  readonly type: 'lecun-uniform';
}

export const lecunUniform: InitializerKind<LecunUniform> = {
  type: 'lecun-uniform',
  schema: v.strictObject({ type: v.literal('lecun-uniform') }),
  fill: (at) => fillUniform(at, Math.sqrt(3 / at.fans.inputs)),
};
