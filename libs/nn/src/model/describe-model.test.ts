import { describe, expect, it } from 'vitest';
import { layerTypesOf } from '../layers/index.ts';
import { describeModel, perceptronOf, widthsOf } from './describe-model.ts';
import { perceptronModel, type Perceptron } from './perceptron.ts';
import { resolveModel } from './resolve-model.ts';

const kept = (perceptron: Perceptron) => resolveModel(perceptronModel(perceptron));

describe('a perceptron that a run keeps', () => {
  it.each<[string, Perceptron]>([
    ['the default', { sizes: [6, 5, 3] }],
    ['no hidden layer', { sizes: [6, 3], outputActivation: 'sigmoid' }],
    ['dropout', { sizes: [6, 5, 4, 3], dropout: 0.25 }],
    ['another loss', { sizes: [6, 5, 3], loss: { type: 'cross-entropy', labelSmoothing: 0.1 } }],
    ...['linear', ...layerTypesOf('activation')].map((activation): [string, Perceptron] => [
      activation,
      { sizes: [6, 5, 3], activation },
    ]),
  ])('is known by its few numbers: %s', (_what, perceptron) => {
    const found = perceptronOf(kept(perceptron));
    expect(found).toMatchObject(perceptron);
    expect(kept(found!)).toEqual(kept(perceptron));
  });

  it('is none with a layer more, or under another name', () => {
    const { input, layers, loss } = kept({ sizes: [6, 5, 3] });
    const more = [...layers, { name: 'activations.1', type: 'dropout', rate: 0.5 }];
    expect(perceptronOf(resolveModel({ input, layers: more, loss }))).toBeUndefined();
    const renamed = layers.map((layer, index) => (index === 0 ? { ...layer, name: 'stem' } : layer));
    expect(perceptronOf(resolveModel({ input, layers: renamed, loss }))).toBeUndefined();
  });

  it('is described in a few words', () => {
    const model = kept({ sizes: [784, 512, 256, 10], activation: 'sigmoid', dropout: 0.2 });
    expect(describeModel(model)).toBe('784-512-256-10, sigmoid, dropout 0.2, squared-error');
    expect(widthsOf(model)).toEqual([784, 512, 256, 10]);
  });
});
