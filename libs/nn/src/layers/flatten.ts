import * as v from 'valibot';
import { sizeOf, type LayerKind } from './layer.ts';

/** All elements of a row along one axis, in their order. */
export interface FlattenSpec {
  readonly type: 'flatten';
}

export const flatten: LayerKind<FlattenSpec> = {
  type: 'flatten',
  schema: v.strictObject({ type: v.literal('flatten') }),
  needs: { input: false, output: false },
  isInPlace: true,
  isView: true,
  outputShape: (_spec, input) => [sizeOf(input)],
  parameters: () => [],
  forward: () => undefined,
  backward: () => undefined,
};
