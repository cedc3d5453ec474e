import * as v from 'valibot';
import type { InitializerKind } from './initializer.ts';

export interface Ones {
  readonly type: 'ones';
}

export const ones: InitializerKind<Ones> = {
  type: 'ones',
  schema: v.strictObject({ type: v.literal('ones') }),
  fill: ({ out }) => void out.fill(1),
};
