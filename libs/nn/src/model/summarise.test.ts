import { describe, expect, it } from 'vitest';
import { frozenOf } from '../optimizers/frozen.ts';
import { resolveModel } from './resolve-model.ts';
import { summaryOf } from './summarise.ts';

describe('the summary of a model', () => {
  const model = resolveModel({
    input: [2, 3],
    layers: [
      { type: 'flatten', name: 'flat' },
      { type: 'dense', units: 6, name: 'a' },
      { type: 'sigmoid', name: 's' },
      { type: 'add', from: ['a', 's'], name: 'sum' },
      { type: 'dense', units: 2, name: 'out' },
    ],
  });
  const { layers, ...totals } = summaryOf(model, 64);

  it('has each layer with what it reads, its output, its parameters and its operations', () => {
    expect(layers.map(({ name, from, outputShape }) => [name, from, outputShape])).toEqual([
      ['flat', ['input'], [6]],
      ['a', ['flat'], [6]],
      ['s', ['a'], [6]],
      ['sum', ['a', 's'], [6]],
      ['out', ['sum'], [2]],
    ]);
    expect(layers.map(({ parameterCount }) => parameterCount)).toEqual([0, 42, 0, 0, 14]);
    expect(layers.map(({ operations }) => operations)).toEqual([0, 78, 6, 6, 26]);
  });

  it('adds them up, and says what travels', () => {
    expect(totals).toMatchObject({
      parameterCount: 56,
      operations: 116,
      weightBytes: 224,
      loss: 'squared-error',
    });
  });

  it('counts of a step the way back too, without what is frozen and what lies before all that learns', () => {
    const passes = (frozen: readonly string[]): readonly number[] => {
      const { layers: of } = summaryOf(model, 64, frozenOf(model, frozen));
      return of.map(({ operations, stepOperations }) => (operations === 0 ? 0 : stepOperations / operations));
    };
    expect(passes([])).toEqual([0, 2, 2, 1, 3]);
    expect(passes(['out'])).toEqual([0, 2, 2, 1, 2]);
    expect(passes(['a'])).toEqual([0, 1, 1, 1, 2]);
    expect(summaryOf(model, 64, frozenOf(model, ['a']))).toMatchObject({
      frozenCount: 42,
      stepOperations: 142,
    });
  });

  it('needs more memory for more rows', () => {
    expect(summaryOf(model, 65_536).memoryBytes).toBeGreaterThan(totals.memoryBytes);
  });
});
