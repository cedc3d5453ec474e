import * as v from 'valibot';
import type { InitializerKind } from './initializer.ts';

export interface Zeros {
  readonly type: 'zeros';
}

export const zeros: InitializerKind<Zeros> = {
  type: 'zeros',
  schema: v.strictObject({ type: v.literal('zeros') }),
  fill: ({ out }) => void out.fill(0),
};
