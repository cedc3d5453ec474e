import * as v from 'valibot';
import { sizeOf, type LayerKind } from './layer.ts';
import { epsilonSchema, singleAxis, sumScale, sumShift } from './normalisation.ts';

/** Each row brought to mean 0 and deviation 1, then x * gamma + beta (Ba et al. 2016, arXiv 1607.06450; contract, section 4). */
export interface LayerNormSpec {
  readonly type: 'layer-norm';
  /** Added to the variance. */
  readonly epsilon: number;
}

/** x, room for dZ * x, the inverse of each row's deviation, and two sums of it. */
type Kept = readonly [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

export const layerNorm: LayerKind<LayerNormSpec> = {
  type: 'layer-norm',
  family: 'normalisation',
  schema: v.strictObject({ type: v.literal('layer-norm'), epsilon: epsilonSchema }),
  needs: { input: false, output: false },
  isInPlace: false,
  outputShape: (_spec, input) => singleAxis(input),
  parameters: (_spec, shape) => [
    { name: 'gamma', shape, initializer: { type: 'ones' } },
    { name: 'beta', shape, initializer: { type: 'zeros' } },
  ],
  buffers: (_spec, shape) => [shape, shape, [1], [1], [1]],
  forward: ({ backend, spec, rows, inputShape, input, output, parameters, buffers }) => {
    const [x, , inverse, sums] = buffers as unknown as Kept;
    const n = sizeOf(inputShape);
    backend.rowSums(sums, input, rows, n);
    backend.map('divide', [sums], [sums], [n]);
    backend.map('subtractRow', [x], [input, sums]);
    backend.rowDots(inverse, x, x, rows, n);
    backend.map('inverseDeviation', [inverse], [inverse], [n, spec.epsilon]);
    backend.map('scaleRow', [x], [x, inverse]);
    backend.map('scaleShift', [output], [x, ...parameters]);
  },
  // g = dZ * gamma; dY = inverse * ((g - mean(g)) - x * mean(g * x))
  backward: ({ backend, rows, inputShape, outputError, inputError, parameters, buffers }) => {
    const [x, , inverse, sums, dots] = buffers as unknown as Kept;
    const [n, g] = [sizeOf(inputShape), inputError!];
    backend.map('scaleColumn', [g], [outputError, parameters[0]!]);
    backend.rowSums(sums, g, rows, n);
    backend.rowDots(dots, g, x, rows, n);
    for (const means of [sums, dots]) backend.map('divide', [means], [means], [n]);
    backend.map('layerNormBackward', [g], [g, x, inverse, sums, dots]);
  },
  accumulate: (at) => {
    sumScale(at, at.buffers[0]!, at.buffers[1]!);
    sumShift(at);
  },
};
