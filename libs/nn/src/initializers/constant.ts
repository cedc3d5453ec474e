import * as v from 'valibot';
import type { InitializerKind } from './initializer.ts';

/** One value for all. */
export interface Constant {
  readonly type: 'constant';
  readonly value: number;
}

export const constant: InitializerKind<Constant> = {
  type: 'constant',
  schema: v.strictObject({
    type: v.literal('constant'),
    value: v.pipe(
      v.number(),
      v.check((value) => Number.isFinite(Math.fround(value)), 'expected a number that float32 holds'),
    ),
  }),
  examples: [{ value: 0.1 }],
  fill: ({ spec, out }) => void out.fill(spec.value),
};
