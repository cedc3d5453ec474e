import * as v from 'valibot';
import { sizeOf, type LayerKind } from './layer.ts';
import {
  axesSchema,
  epsilonSchema,
  extent,
  normalised,
  type NormalisationSpec,
  sumScale,
} from './normalisation.ts';

/**
 * The last axis, or the last `axes` together, divided by the root of its mean square, then x * gamma (Zhang and Sennrich 2019, arXiv
 * 1910.07467; contract, section 4).
 */
export interface RmsNormSpec extends NormalisationSpec {
  readonly type: 'rms-norm';
}

/** x, room for dZ * x, the inverse of each position's root, and a sum of it. */
type Kept = readonly [Float32Array, Float32Array, Float32Array, Float32Array];

export const rmsNorm: LayerKind<RmsNormSpec> = {
  type: 'rms-norm',
  family: 'normalisation',
  schema: v.strictObject({ type: v.literal('rms-norm'), epsilon: epsilonSchema, axes: axesSchema }),
  examples: [{ axes: 2 }],
  needs: { input: false, output: false },
  isInPlace: false,
  outputShape: (spec, input) => {
    normalised(spec, input);
    return input;
  },
  parameters: (spec, input) => [
    { name: 'gamma', shape: normalised(spec, input), initializer: { type: 'ones' } },
  ],
  buffers: (spec, input) => {
    const positions = [sizeOf(input) / sizeOf(normalised(spec, input))];
    return [input, input, positions, positions];
  },
  forward: (at) => {
    const { backend, spec, input, output, parameters, buffers } = at;
    const [x, , inverse] = buffers as unknown as Kept;
    const { count, n } = extent(at);
    backend.rowDots(inverse, input, input, count, n);
    backend.map('inverseDeviation', [inverse], [inverse], [n, spec.epsilon]);
    backend.map('scaleRow', [x], [input, inverse]);
    backend.map('scaleColumn', [output], [x, parameters[0]!]);
  },
  // g = dZ * gamma; dY = inverse * (g - x * mean(g * x))
  backward: (at) => {
    const { backend, outputError, parameters, buffers } = at;
    const [x, , inverse, dots] = buffers as unknown as Kept;
    const [{ count, n }, g] = [extent(at), at.inputError!];
    backend.map('scaleColumn', [g], [outputError, parameters[0]!]);
    backend.rowDots(dots, g, x, count, n);
    backend.map('divide', [dots], [dots], [n]);
    backend.map('rmsNormBackward', [g], [g, x, inverse, dots]);
  },
  accumulate: (at) => sumScale(at, at.buffers[0]!, at.buffers[1]!),
};
