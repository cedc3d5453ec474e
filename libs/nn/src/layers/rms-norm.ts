import * as v from 'valibot';
import { sizeOf, type LayerKind } from './layer.ts';
import { epsilonSchema, singleAxis, sumScale } from './normalisation.ts';

/** Each row divided by the root of its mean square, then x * gamma (Zhang and Sennrich 2019, arXiv 1910.07467; contract, section 4). */
export interface RmsNormSpec {
  readonly type: 'rms-norm';
  /** Added to the mean square. */
  readonly epsilon: number;
}

/** x, room for dZ * x, the inverse of each row's root, and a sum of it. */
type Kept = readonly [Float32Array, Float32Array, Float32Array, Float32Array];

export const rmsNorm: LayerKind<RmsNormSpec> = {
  type: 'rms-norm',
  family: 'normalisation',
  schema: v.strictObject({ type: v.literal('rms-norm'), epsilon: epsilonSchema }),
  needs: { input: false, output: false },
  isInPlace: false,
  outputShape: (_spec, input) => singleAxis(input),
  parameters: (_spec, shape) => [{ name: 'gamma', shape, initializer: { type: 'ones' } }],
  buffers: (_spec, shape) => [shape, shape, [1], [1]],
  forward: ({ backend, spec, rows, inputShape, input, output, parameters, buffers }) => {
    const [x, , inverse] = buffers as unknown as Kept;
    const n = sizeOf(inputShape);
    backend.rowDots(inverse, input, input, rows, n);
    backend.map('inverseDeviation', [inverse], [inverse], [n, spec.epsilon]);
    backend.map('scaleRow', [x], [input, inverse]);
    backend.map('scaleColumn', [output], [x, parameters[0]!]);
  },
  // g = dZ * gamma; dY = inverse * (g - x * mean(g * x))
  backward: ({ backend, rows, inputShape, outputError, inputError, parameters, buffers }) => {
    const [x, , inverse, dots] = buffers as unknown as Kept;
    const [n, g] = [sizeOf(inputShape), inputError!];
    backend.map('scaleColumn', [g], [outputError, parameters[0]!]);
    backend.rowDots(dots, g, x, rows, n);
    backend.map('divide', [dots], [dots], [n]);
    backend.map('rmsNormBackward', [g], [g, x, inverse, dots]);
  },
  accumulate: (at) => sumScale(at, at.buffers[0]!, at.buffers[1]!),
};
