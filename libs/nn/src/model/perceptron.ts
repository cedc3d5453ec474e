import type { LossSpec } from '../losses/index.ts';
import type { LayerEntry, ModelSpec } from './model-spec.ts';

/** A multilayer perceptron by its few numbers. */
export interface Perceptron {
  /** Units from the inputs to the outputs; at least two. The specification's network is [784, 128, 10]. */
  readonly sizes: readonly number[];
  /** The kind of layer after each hidden dense layer; sigmoid where left out. */
  readonly activation?: string;
  /** The kind after the last one; `linear`, which is none, where left out: the specification generally does not activate it. */
  readonly outputActivation?: string;
  /** The kind of layer between each hidden dense layer and its activation; none where left out. */
  readonly normalisation?: string;
  /** The part of the hidden units that is dropped in training; none where left out. */
  readonly dropout?: number;
  /** The specification's where left out. */
  readonly loss?: LossSpec;
}

/** The layers of `perceptron`: `layers.0`, what follows it, `layers.1`, ... */
export function perceptronModel({
  sizes,
  activation = 'sigmoid',
  outputActivation = 'linear',
  normalisation,
  dropout,
  loss = { type: 'squared-error' },
}: Perceptron): ModelSpec {
  const last = sizes.length - 2;
  const layers = sizes.slice(1).flatMap((units, index): readonly LayerEntry[] => {
    const isHidden = index < last;
    const kind = isHidden ? activation : outputActivation;
    return [
      { name: `layers.${index}`, type: 'dense', units },
      ...(isHidden && normalisation !== undefined
        ? [{ name: `normalisations.${index}`, type: normalisation }]
        : []),
      ...(kind === 'linear' ? [] : [{ name: `activations.${index}`, type: kind }]),
      ...(isHidden && dropout !== undefined
        ? [{ name: `dropouts.${index}`, type: 'dropout', rate: dropout }]
        : []),
    ];
  });
  return { input: [sizes[0]!], layers, loss };
}
