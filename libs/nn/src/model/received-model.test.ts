import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layerKinds } from '../layers/index.ts';
import { lossKinds } from '../losses/index.ts';
import { NetworkError } from '../network-error.ts';
import { namedModels } from './named-models.ts';
import { perceptronModel } from './perceptron.ts';
import { receivedModel } from './received-model.ts';
import { resolveModel } from './resolve-model.ts';

const PLACE = { input: [8, 8], outputs: 10 };
const model = resolveModel({
  input: [6],
  layers: [{ type: 'dense', units: 4 }, { type: 'relu' }, { type: 'dense', units: 3 }],
});
const withLayer = (layer: Readonly<Record<string, unknown>>) => ({
  ...model,
  layers: [{ name: 'first', ...layer }, ...model.layers],
});

describe('a model that a coordinator tells of', () => {
  it('is the one that was resolved there', () => {
    expect(receivedModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
  });

  it.each(Object.entries(namedModels))('may be "%s"', (_name, make) => {
    const named = resolveModel(make(PLACE), PLACE);
    expect(receivedModel(structuredClone(named))).toEqual(named);
  });

  it('may be written in sizes, as models were once', () => {
    const old = { hiddenActivation: 'sigmoid', outputActivation: 'linear', loss: 'squared-error' };
    expect(receivedModel({ sizes: [6, 5, 3], ...old })).toEqual(perceptronModel({ sizes: [6, 5, 3] }));
  });

  it.each([
    ['null', null, 'model: expected settings'],
    ['no layers', { ...model, layers: [] }, 'model.layers: expected a list of 1 to 256 layers'],
    ['a layer that is none', { ...model, layers: [null] }, 'model'],
    ['no loss', { input: model.input, layers: model.layers }, 'model'],
    ['an axis of no length', { ...model, input: [6, 0] }, 'model.input: expected a list of lengths'],
    ['an axis of text', { ...model, input: ['6'] }, 'model.input: expected a list of lengths'],
    ['a name of another prototype', withLayer({ type: 'relu', name: '__proto__' }), 'model.layers.0.name'],
    ['units of text', withLayer({ type: 'dense', units: '6' }), 'model.layers.0: expected lengths'],
    ['half a unit', withLayer({ type: 'dense', units: 5.5 }), 'expected lengths of tensors'],
    ['units without end', withLayer({ type: 'dense', units: 2 ** 40 }), 'takes at most 32768 values'],
    ['a shape that is no list', withLayer({ type: 'reshape', shape: 5 }), 'model: expected settings'],
    ['sizes of nothing', { sizes: [] }, 'model.sizes: expected a list of lengths'],
    [
      'layers that do not fit',
      withLayer({ type: 'add', from: ['nobody'] }),
      'no layer before it has that name',
    ],
  ])('is refused with %s, with the place and what was expected', (_what, given, message) => {
    expect(() => receivedModel(given)).toThrowError(
      expect.objectContaining({ code: 'bad-model', message: expect.stringContaining(message) }),
    );
  });

  it('is refused with a kind that is missing here, with the remedy', () => {
    expect(() => receivedModel(withLayer({ type: 'conv9d' }))).toThrowError(
      /^bad-model: model\.layers\.0\.type: expected one of dense, .*, found "conv9d"; use the coordinator's version of Lockstep here/,
    );
    expect(() => receivedModel({ ...model, loss: { type: 'odd' } })).toThrowError(
      /model\.loss\.type: .*"odd"/,
    );
  });

  it('never makes anything but a NetworkError, whatever peers make of its settings', () => {
    const types = [...layerKinds.types, ...lossKinds.types].map((type) => fc.constant(type));
    const value = fc.oneof(fc.integer(), fc.double(), fc.string(), ...types, fc.jsonValue({ maxDepth: 2 }));
    const keys = ['type', 'name', 'from', 'units', 'shape', 'rate', 'epsilon', 'classWeights', 'delta'];
    const part = fc.dictionary(fc.constantFrom(...keys), value, { noNullPrototype: true });
    const made = fc.record({
      input: fc.oneof(fc.constant([6]), value),
      layers: fc.oneof(
        fc.array(fc.oneof(part, fc.constantFrom(...model.layers)), { minLength: 1, maxLength: 4 }),
        value,
      ),
      loss: fc.oneof(part, fc.constant(model.loss), value),
    });
    fc.assert(
      fc.property(made, (given) => {
        try {
          receivedModel(given);
        } catch (error) {
          expect(error).toBeInstanceOf(NetworkError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
