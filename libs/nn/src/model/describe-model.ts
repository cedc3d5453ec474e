import { sizeOf } from '../layers/layer.ts';
import { NetworkError } from '../network-error.ts';
import { outputCountOf, planOf } from '../network/plan.ts';
import type { LayerEntry, ModelSpec } from './model-spec.ts';
import { perceptronModel, type Perceptron } from './perceptron.ts';
import { resolveModel } from './resolve-model.ts';

/** Widths of a model from its inputs through its layers with parameters to its outputs: [784, 128, 10]. */
export function widthsOf(model: ModelSpec): readonly number[] {
  const learning = planOf(model).layers.filter(
    ({ kind, parameters }) => parameters.length > 0 && !kind.isInPlace,
  );
  const widths = [sizeOf(model.input), ...learning.map(({ outputShape }) => sizeOf(outputShape))];
  const outputs = outputCountOf(model);
  return widths.at(-1) === outputs ? widths : [...widths, outputs];
}

/** The few numbers of a multilayer perceptron, where `model` is one as `perceptronModel` makes it. */
export function perceptronOf(model: ModelSpec): Perceptron | undefined {
  const dense = model.layers.filter(({ type }) => type === 'dense');
  const kindOf = (name: string): string | undefined => layerOf(model, name)?.type;
  const normalisation = kindOf('normalisations.0');
  const rate = layerOf(model, 'dropouts.0')?.['rate'];
  const candidate: Perceptron = {
    sizes: [sizeOf(model.input), ...dense.map(({ units }) => Number(units))],
    activation: dense.length > 1 ? (kindOf('activations.0') ?? 'linear') : 'sigmoid',
    outputActivation: kindOf(`activations.${dense.length - 1}`) ?? 'linear',
    ...(normalisation !== undefined && { normalisation }),
    ...(rate !== undefined && { dropout: Number(rate) }),
    loss: model.loss,
  };
  return JSON.stringify(keptOf(candidate)) === JSON.stringify(model) ? candidate : undefined;
}

/** As a run keeps it, with every default of its kinds filled in; nothing where it is no model. */
function keptOf(perceptron: Perceptron): ModelSpec | undefined {
  try {
    return resolveModel(perceptronModel(perceptron));
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

const layerOf = ({ layers }: ModelSpec, name: string): LayerEntry | undefined =>
  layers.find((layer) => layer.name === name);

/** A model in a few words: "784-512-256-10, relu, dropout 0.2, cross-entropy". */
export function describeModel(model: ModelSpec): string {
  const kinds = model.layers.filter(({ type }) => type !== 'dense').map(wordsOf);
  return [widthsOf(model).join('-'), ...new Set(kinds), model.loss.type].join(', ');
}

const wordsOf = ({ type, name: _, from: __, ...settings }: LayerEntry): string =>
  [type, ...Object.values(settings).map(String)].join(' ');
