import type { ModelPlace } from './resolve-model.ts';

/** A model as a person would write it into a file. */
type Written = Readonly<Record<string, unknown>>;

const dense = (units: number, more: Written = {}): Written => ({ type: 'dense', units, ...more });

/** A residual block: what comes in, and two layers' change of it. */
const block = (name: string, from: string, units: number): readonly Written[] => [
  { type: 'layer-norm', name: `${name}.norm`, from },
  dense(units, { name: `${name}.in` }),
  { type: 'relu', name: `${name}.activation` },
  dense(units, { name: `${name}.out` }),
  { type: 'add', name, from: [from, `${name}.out`] },
];

/** Models that go by a name, each made for what a row has and how many classes there are. */
export const namedModels: Readonly<Record<string, (place: ModelPlace & { outputs: number }) => Written>> = {
  /** The specification's own: one hidden layer of sigmoid units. */
  perceptron: ({ outputs }) => ({
    layers: [
      dense(128, { name: 'layers.0' }),
      { type: 'sigmoid', name: 'activations.0' },
      dense(outputs, { name: 'layers.1' }),
    ],
    loss: 'squared-error',
  }),
  /** What people try first on images of digits. */
  mlp: ({ outputs }) => ({
    layers: [
      dense(512, { name: 'layers.0' }),
      { type: 'relu', name: 'activations.0' },
      dense(256, { name: 'layers.1' }),
      { type: 'relu', name: 'activations.1' },
      dense(outputs, { name: 'layers.2' }),
    ],
    loss: 'cross-entropy',
  }),
  /** Deep, with residual connections around normalised layers (He et al. 2016, arXiv 1603.05027). */
  'residual-mlp': ({ outputs }) => ({
    layers: [
      dense(256, { name: 'stem' }),
      ...block('blocks.0', 'stem', 256),
      ...block('blocks.1', 'blocks.0', 256),
      ...block('blocks.2', 'blocks.1', 256),
      { type: 'layer-norm', name: 'norm' },
      dense(outputs, { name: 'head' }),
    ],
    loss: 'cross-entropy',
  }),
};
