import { NetworkError } from './network-error.ts';

/** How a layer's output Z follows from Y = X W + B. */
export type Activation = 'sigmoid' | 'linear';

/** A multilayer perceptron as data: the seed's network is sizes [784, 128, 10], hidden sigmoid, output linear. */
export interface ModelSpec {
  /** Units from the inputs to the outputs; at least two. */
  readonly sizes: readonly number[];
  readonly hiddenActivation: 'sigmoid';
  /** The seed: generally not activated (`linear`); with `sigmoid`, A = (Z - Label) * Z * (1 - Z) on the output too. */
  readonly outputActivation: Activation;
  /** sum over outputs of (out - label)^2 / 2, averaged over the rows of the mini-batch. */
  readonly loss: 'squared-error';
}

/** One layer of a model: Y = X W + B with W [inputs, outputs] and B [outputs], then the activation. */
export interface LayerSpec {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
}

/** The most units a layer may have: keeps every index of a weight matrix a 31-bit integer. */
export const MAX_UNITS = 32_768;

/** The layers of `spec` in the order data flows. @throws {NetworkError} `bad-model` */
export function layersOf(spec: ModelSpec): readonly LayerSpec[] {
  if (spec.sizes.length < 2) throw new NetworkError('bad-model', 'a model needs its inputs and its outputs');
  for (const size of spec.sizes) {
    if (!Number.isInteger(size) || size < 1 || size > MAX_UNITS) {
      throw new NetworkError('bad-model', `a layer has 1 to ${MAX_UNITS} units, not ${size}`);
    }
  }
  return spec.sizes.slice(1).map((outputs, index) => ({
    inputs: spec.sizes[index]!,
    outputs,
    activation: index === spec.sizes.length - 2 ? spec.outputActivation : spec.hiddenActivation,
  }));
}
