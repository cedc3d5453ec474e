import type { OperationName } from '@lockstep/math';
import * as v from 'valibot';
import type { AnyLayerSpec, LayerKind } from './layer.ts';

/** What makes an activation of two operations of `libs/math/src/ops/activations`. */
interface Definition<S extends AnyLayerSpec> {
  readonly schema: v.GenericSchema<unknown, S>;
  /** Z = forward(Y), element by element. */
  readonly forward: OperationName;
  /** A = backward(dloss/dZ, `reads`). */
  readonly backward: OperationName;
  /** What the slope follows from: Z, so that it may lie where Y lay, or Y. */
  readonly reads: 'input' | 'output';
  /** The scalars of both operations. */
  readonly scalars?: (spec: S) => readonly number[];
}

/** A kind of layer that computes each element of its output from that of its input. */
export const activation = <const S extends AnyLayerSpec>(
  type: S['type'],
  { schema, forward, backward, reads, scalars = () => [] }: Definition<S>,
): LayerKind<S> => ({
  type,
  family: 'activation',
  schema,
  needs: { input: reads === 'input', output: reads === 'output' },
  isInPlace: true,
  outputShape: (_spec, input) => input,
  parameters: () => [],
  forward: ({ backend, spec, input, output }) => {
    backend.map(forward, [output], [input], scalars(spec));
  },
  backward: ({ backend, spec, inputError, outputError, ...at }) => {
    backend.map(backward, [inputError!], [outputError, at[reads]], scalars(spec));
  },
});

/** One without settings. */
export const plain = <const Type extends string>(
  type: Type,
  definition: Omit<Definition<{ readonly type: Type }>, 'schema'>,
): LayerKind<{ readonly type: Type }> =>
  activation(type, { schema: v.strictObject({ type: v.literal(type) }), ...definition });
