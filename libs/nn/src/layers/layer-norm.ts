import * as v from 'valibot';
import { sizeOf, type LayerKind } from './layer.ts';
import {
  axesSchema,
  epsilonSchema,
  extent,
  normalised,
  type NormalisationSpec,
  sumScale,
  sumShift,
} from './normalisation.ts';

/**
 * The last axis, or the last `axes` together, brought to mean 0 and deviation 1, then x * gamma + beta (Ba et al. 2016, arXiv 1607.06450;
 * contract, section 4).
 */
export interface LayerNormSpec extends NormalisationSpec {
  readonly type: 'layer-norm';
}

/** x, room for dZ * x, the inverse of each position's deviation, and two sums of it. */
type Kept = readonly [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

export const layerNorm: LayerKind<LayerNormSpec> = {
  type: 'layer-norm',
  family: 'normalisation',
  schema: v.strictObject({ type: v.literal('layer-norm'), epsilon: epsilonSchema, axes: axesSchema }),
  examples: [{ axes: 2 }],
  needs: { input: false, output: false },
  isInPlace: false,
  outputShape: (spec, input) => {
    normalised(spec, input);
    return input;
  },
  parameters: (spec, input) => {
    const shape = normalised(spec, input);
    return [
      { name: 'gamma', shape, initializer: { type: 'ones' } },
      { name: 'beta', shape, initializer: { type: 'zeros' } },
    ];
  },
  buffers: (spec, input) => {
    const positions = [sizeOf(input) / sizeOf(normalised(spec, input))];
    return [input, input, positions, positions, positions];
  },
  forward: (at) => {
    const { backend, spec, input, output, parameters, buffers } = at;
    const [x, , inverse, sums] = buffers as unknown as Kept;
    const { count, n } = extent(at);
    backend.rowSums(sums, input, count, n);
    backend.map('divide', [sums], [sums], [n]);
    backend.map('subtractRow', [x], [input, sums]);
    backend.rowDots(inverse, x, x, count, n);
    backend.map('inverseDeviation', [inverse], [inverse], [n, spec.epsilon]);
    backend.map('scaleRow', [x], [x, inverse]);
    backend.map('scaleShift', [output], [x, ...parameters]);
  },
  // g = dZ * gamma; dY = inverse * ((g - mean(g)) - x * mean(g * x))
  backward: (at) => {
    const { backend, outputError, parameters, buffers } = at;
    const [x, , inverse, sums, dots] = buffers as unknown as Kept;
    const [{ count, n }, g] = [extent(at), at.inputError!];
    backend.map('scaleColumn', [g], [outputError, parameters[0]!]);
    backend.rowSums(sums, g, count, n);
    backend.rowDots(dots, g, x, count, n);
    for (const means of [sums, dots]) backend.map('divide', [means], [means], [n]);
    backend.map('layerNormBackward', [g], [g, x, inverse, sums, dots]);
  },
  accumulate: (at) => {
    sumScale(at, at.buffers[0]!, at.buffers[1]!);
    sumShift(at);
  },
};
