import * as v from 'valibot';
import { gain, type InitializerKind } from './initializer.ts';
import { fillUniform } from './uniform.ts';

/** Uniform on (-limit, limit), limit = gain * sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010). */
export interface GlorotUniform {
  readonly type: 'glorot-uniform';
  readonly gain: number;
}

export const glorotUniform: InitializerKind<GlorotUniform> = {
  type: 'glorot-uniform',
  schema: v.strictObject({ type: v.literal('glorot-uniform'), gain: v.optional(gain, 1) }),
  fill: (at) => fillUniform(at, at.spec.gain * Math.sqrt(6 / (at.fans.inputs + at.fans.outputs))),
};
