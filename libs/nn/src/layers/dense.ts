import * as v from 'valibot';
import { initializerSchema, type InitializerSpec } from '../initializers/index.ts';
import { NetworkError } from '../network-error.ts';
import { sizeOf, type LayerKind, type LayerRun } from './layer.ts';
import { shareBound } from './share-bound.ts';

/** Y = X W + B, with W [inputs, units] and B [units] (the specification's forward pass). */
export interface DenseSpec {
  readonly type: 'dense';
  /** 1 to `MAX_UNITS`. */
  readonly units: number;
  /** Glorot uniform where left out. */
  readonly weightInitializer?: InitializerSpec;
  /** Zeros where left out. */
  readonly biasInitializer?: InitializerSpec;
}

/** The most units a dense layer may have or take: keeps every index of a weight matrix a 31-bit integer. */
export const MAX_UNITS = 32_768;

const multiply = ({
  backend,
  rows,
  input,
  output,
  parameters,
  inputShape,
  outputShape,
}: LayerRun<DenseSpec>): void =>
  backend.matmul(output, input, parameters[0]!, rows, sizeOf(inputShape), sizeOf(outputShape));

const GLOROT: InitializerSpec = { type: 'glorot-uniform', gain: 1 };
const ZEROS: InitializerSpec = { type: 'zeros' };

const MOST_UNITS = `expected at most ${MAX_UNITS} units`;

export const dense: LayerKind<DenseSpec> = {
  type: 'dense',
  schema: v.strictObject({
    type: v.literal('dense'),
    units: v.pipe(
      v.number(),
      v.integer('expected a whole number of units'),
      v.minValue(1, 'expected at least 1 unit'),
      v.maxValue(MAX_UNITS, MOST_UNITS),
    ),
    weightInitializer: v.exactOptional(initializerSchema),
    biasInitializer: v.exactOptional(initializerSchema),
  }),
  examples: [{ units: 5 }],
  needs: { input: true, output: false },
  isInPlace: false,
  outputShape: ({ units }, input) => {
    if (sizeOf(input) <= MAX_UNITS) return [units];
    throw new NetworkError('bad-model', `takes at most ${MAX_UNITS} values a row, not ${sizeOf(input)}`);
  },
  parameters: ({ units, weightInitializer = GLOROT, biasInitializer = ZEROS }, input) => {
    const fans = { inputs: sizeOf(input), outputs: units };
    return [
      { name: 'weight', shape: [fans.inputs, units], fans, initializer: weightInitializer },
      { name: 'bias', shape: [units], fans, initializer: biasInitializer },
    ];
  },
  operations: ({ units }, input) => (2 * sizeOf(input) + 1) * units,
  forward: (at) => {
    multiply(at);
    at.backend.map('addBias', [at.output], [at.output, at.parameters[1]!]);
  },
  forwardWith: {
    sigmoid: (at) => {
      multiply(at);
      at.backend.map('addBiasSigmoid', [at.output], [at.output, at.parameters[1]!]);
    },
    relu: (at) => {
      multiply(at);
      at.backend.map('addBiasRelu', [at.output], [at.output, at.parameters[1]!]);
    },
  },
  // The specification's [6]: dX = A @ W^T.
  backward: ({ backend, rows, inputError, outputError, parameters, inputShape, outputShape }) => {
    const [inputs, units] = [sizeOf(inputShape), sizeOf(outputShape)];
    backend.matmulTransposed(inputError!, outputError, parameters[0]!, rows, units, inputs);
  },
  // The specification's [4] and [5]: dW = X^T @ A and dB = column sums of A.
  accumulate: (at) => {
    const { backend, rows, input, outputError, gradients, leafRows, ordinal, share, shares } = at;
    const [inputs, units] = [sizeOf(at.inputShape), sizeOf(at.outputShape)];
    const [ofWeight, ofBias] = gradients;
    const [first, last] = [shareBound(inputs, share, shares), shareBound(inputs, share + 1, shares)];
    if (ofWeight !== undefined)
      backend.weightGradient(ofWeight, input, outputError, rows, inputs, units, leafRows, first, last);
    if (ofBias !== undefined && ordinal % shares === share)
      backend.biasGradient(ofBias, outputError, rows, units, leafRows);
  },
};
