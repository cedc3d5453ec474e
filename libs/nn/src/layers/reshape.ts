import * as v from 'valibot';
import { NetworkError } from '../network-error.ts';
import { sizeOf, type LayerKind } from './layer.ts';

/** The same elements in the same order under another shape; one length may be -1, which follows from the others. */
export interface ReshapeSpec {
  readonly type: 'reshape';
  /** Without the axis of the rows. */
  readonly shape: readonly number[];
}

const MOST_AXES = 8;
const axis = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(-1, 'expected a length from 1, or -1'),
  v.notValue(0),
);

export const reshape: LayerKind<ReshapeSpec> = {
  type: 'reshape',
  schema: v.strictObject({
    type: v.literal('reshape'),
    shape: v.pipe(
      v.array(axis),
      v.minLength(1),
      v.maxLength(MOST_AXES),
      v.check((shape) => shape.filter((length) => length === -1).length <= 1, 'expected at most one -1'),
    ),
  }),
  needs: { input: false, output: false },
  isInPlace: true,
  isView: true,
  outputShape: ({ shape }, input) => {
    const known = sizeOf(shape.filter((length) => length !== -1));
    const output = shape.map((length) => (length === -1 ? sizeOf(input) / known : length));
    if (sizeOf(output) === sizeOf(input) && output.every(Number.isInteger)) return output;
    throw new NetworkError(
      'bad-model',
      `cannot give the ${sizeOf(input)} elements of [${input.join(', ')}] the shape [${shape.join(', ')}]: ` +
        `give lengths whose product is ${sizeOf(input)}, one of which may be -1`,
    );
  },
  parameters: () => [],
  forward: () => undefined,
  backward: () => undefined,
};
