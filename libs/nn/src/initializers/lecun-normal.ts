import * as v from 'valibot';
import type { InitializerKind } from './initializer.ts';
import { fillNormal } from './normal.ts';

/** Normal, deviation = sqrt(1 / inputs) (LeCun et al., "Efficient BackProp", 1998). */
export interface LecunNormal {
  readonly type: 'lecun-normal';
}

export const lecunNormal: InitializerKind<LecunNormal> = {
  type: 'lecun-normal',
  schema: v.strictObject({ type: v.literal('lecun-normal') }),
  fill: (at) => fillNormal(at, Math.sqrt(1 / at.fans.inputs)),
};
