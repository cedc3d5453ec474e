import * as v from 'valibot';
import { gain, type InitializerKind } from './initializer.ts';
import { fillNormal } from './normal.ts';

/** Normal, deviation = gain * sqrt(2 / (inputs + outputs)) (Glorot and Bengio 2010). */
export interface GlorotNormal {
  readonly type: 'glorot-normal';
  readonly gain: number;
}

export const glorotNormal: InitializerKind<GlorotNormal> = {
  type: 'glorot-normal',
  schema: v.strictObject({ type: v.literal('glorot-normal'), gain: v.optional(gain, 1) }),
  fill: (at) => fillNormal(at, at.spec.gain * Math.sqrt(2 / (at.fans.inputs + at.fans.outputs))),
};
