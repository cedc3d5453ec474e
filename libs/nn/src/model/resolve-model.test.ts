import { describe, expect, it } from 'vitest';
import { layoutOf } from '../layout.ts';
import { perceptronModel } from './perceptron.ts';
import { resolveModel } from './resolve-model.ts';

const dense = (units: number, more: object = {}): object => ({ type: 'dense', units, ...more });

describe('a model that a person gives', () => {
  it('comes back with every layer named and every default filled in', () => {
    const model = resolveModel(
      { layers: [dense(4), { type: 'sigmoid' }, dense(2, { name: 'head' })] },
      { input: [3] },
    );
    expect(model).toEqual({
      input: [3],
      layers: [
        { name: 'layers.0', type: 'dense', units: 4 },
        { name: 'layers.1', type: 'sigmoid' },
        { name: 'head', type: 'dense', units: 2 },
      ],
      loss: { type: 'squared-error' },
    });
    expect(layoutOf(model).slots.map(({ name }) => name)).toEqual([
      'layers.0.weight',
      'layers.0.bias',
      'head.weight',
      'head.bias',
    ]);
  });

  it('is the same once it was read', () => {
    const model = resolveModel({
      input: [2, 3],
      layers: [
        { type: 'flatten' },
        dense(4),
        dense(4, { name: 'b' }),
        { type: 'add', from: ['b', 'layers.1'] },
      ],
      loss: 'squared-error',
    });
    expect(resolveModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
  });

  it('may be written as models were before they were lists of layers', () => {
    const old = {
      sizes: [5, 4, 3],
      hiddenActivation: 'sigmoid',
      outputActivation: 'linear',
      loss: 'squared-error',
    };
    expect(resolveModel(old)).toEqual(perceptronModel({ sizes: [5, 4, 3] }));
  });

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['that is no object', 7, 'model: expected Object, found 7'],
    [
      'with a key that is not known',
      { layers: [dense(2)], optimiser: 'sgd' },
      'model.optimiser: there is no such field; there are input, layers, loss',
    ],
    ['without layers', {}, 'model.layers: is missing'],
    ['with none', { layers: [] }, 'model.layers: expected at least one layer, found 0'],
    [
      'with a layer of no kind',
      { layers: [{ type: 'dens' }] },
      'model.layers.0.type: expected one of dense,',
    ],
    [
      'with a layer that is told what it does not know',
      { layers: [dense(2, { bias: false })] },
      'model.layers.0.bias: there is no such field; there are type, units, weightInitializer, biasInitializer',
    ],
    [
      'with a layer that is not told what it must know',
      { layers: [{ type: 'dense' }] },
      'model.layers.0.units: is missing',
    ],
    [
      'with half a unit',
      { layers: [dense(1.5)] },
      'model.layers.0.units: expected a whole number of units, found 1.5',
    ],
    ['with no units', { layers: [dense(0)] }, 'model.layers.0.units: expected at least 1 unit, found 0'],
    [
      'with too many',
      { layers: [dense(40_000)] },
      'model.layers.0.units: expected at most 32768 units, found 40000',
    ],
    [
      'with a name that no tensor may have',
      { layers: [dense(2, { name: '0' })] },
      'model.layers.0.name: expected a letter',
    ],
    [
      'with two layers of one name',
      { layers: [dense(2, { name: 'a' }), dense(2, { name: 'a' })] },
      'model.layers.1 (dense "a"): there is another layer of this name',
    ],
    [
      'that reads what comes later',
      { layers: [dense(2, { from: 'b' }), dense(2, { name: 'b' })] },
      'model.layers.0 (dense "layers.0"): reads "b", and no layer before it has that name',
    ],
    [
      'with a layer that nothing reads',
      { layers: [dense(2), dense(2, { from: 'input' })] },
      'model.layers.0 (dense "layers.0"): nothing reads it',
    ],
    [
      'that adds what differs',
      { layers: [dense(2), dense(3), { type: 'add', from: ['layers.0', 'layers.1'] }] },
      'model.layers.2 (add "layers.2"): cannot add the shapes [2] and [3]',
    ],
    [
      'that adds one',
      { layers: [dense(2), { type: 'add' }] },
      'reads one layer: name at least two in "from"',
    ],
    [
      'whose dense layer reads two',
      { layers: [dense(2), dense(2, { from: ['input', 'layers.0'] })] },
      'reads 2 layers, and can read one',
    ],
    [
      'whose shapes do not fit',
      { layers: [dense(6), { type: 'reshape', shape: [4, -1] }] },
      'cannot give the 6 elements of [6] the shape [4, -1]',
    ],
    ['with nothing to learn', { layers: [{ type: 'sigmoid' }] }, 'none of them has anything to learn'],
    [
      'with an unknown loss',
      { layers: [dense(2)], loss: 'hinge' },
      'model.loss.type: expected one of squared-error',
    ],
  ];
  it.each(refused)('%s is refused, with its place', (_what, given, message) => {
    let error: unknown;
    try {
      resolveModel(given, { input: [3] });
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ name: 'NetworkError', code: 'bad-model' });
    expect((error as Error).message).toContain(message);
  });
});
