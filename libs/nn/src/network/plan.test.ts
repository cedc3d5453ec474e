import { describe, expect, it } from 'vitest';
import { mlp } from '../testing/models.ts';
import { resolveModel } from '../model/resolve-model.ts';
import { planOf } from './plan.ts';

/** Of each layer: its kind, and where its output, its output's error and its input's error lie. */
const buffersOf = (...args: Parameters<typeof mlp>): readonly unknown[] =>
  planOf(mlp(...args)).layers.map(({ spec, output, outputError, inputError }) => [
    spec.type,
    { output, outputError, inputError },
  ]);

describe('the plan of a network', () => {
  it('has an activation write over the sums before it, and its error over the error after it', () => {
    expect(buffersOf([4, 3, 2])).toEqual([
      ['dense', { output: 0, outputError: 3, inputError: undefined }],
      ['sigmoid', { output: 0, outputError: 3, inputError: 3 }],
      ['dense', { output: 1, outputError: 2, inputError: 3 }],
    ]);
    expect(planOf(mlp([4, 3, 2])).widths).toEqual([3, 2, 2, 3]);
  });

  it('keeps the error of the last output apart, which the loss reads once more', () => {
    expect(buffersOf([4, 3], 'sigmoid')).toEqual([
      ['dense', { output: 0, outputError: 2, inputError: undefined }],
      ['sigmoid', { output: 0, outputError: 1, inputError: 2 }],
    ]);
  });

  it('computes no error that nothing wants: that of the rows', () => {
    const [first, ...others] = planOf(mlp([4, 3, 3, 2])).layers;
    expect(first!.inputError).toBeUndefined();
    expect(others.every(({ inputError }) => inputError !== undefined)).toBe(true);
  });

  it('computes no error below the first layer that learns, and none at all of what lies there', () => {
    const frozen = new Set(['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias']);
    const { layers, widths } = planOf(mlp([4, 3, 3, 2]), frozen);
    expect(layers.map(({ inputError }) => inputError)).toEqual(layers.map(() => undefined));
    expect(layers.map(({ outputError }) => outputError !== undefined)).toEqual([
      ...[false, false, false, false, true],
    ]);
    expect(widths).toEqual([3, 3, 2, 2]);
    // A bias alone is reason enough.
    frozen.delete('layers.0.bias');
    expect(planOf(mlp([4, 3, 3, 2]), frozen).widths).toEqual(planOf(mlp([4, 3, 3, 2])).widths);
  });

  it('has a dense layer and its activation computed in one pass', () => {
    const { layers } = planOf(mlp([4, 3, 2]));
    expect(layers.map(({ kind, forward }) => forward === kind.forward)).toEqual([false, false, true]);
    expect(layers.map(({ forward }) => forward === undefined)).toEqual([false, true, false]);
  });

  it('sums the errors of an output that several layers read, and overwrites none that another reads later', () => {
    const { layers } = planOf(
      resolveModel({
        input: [4],
        layers: [
          { name: 'a', type: 'dense', units: 4 },
          { name: 'b', type: 'sigmoid' },
          { name: 'c', type: 'add', from: ['a', 'b'] },
          { name: 'd', type: 'dense', units: 2 },
        ],
      }),
    );
    const [a, b, c] = layers;
    expect(b!.output).not.toBe(a!.output);
    // What c was told goes to a and to b as it is: b may not overwrite it.
    expect(b!.outputError).toBe(c!.outputError);
    expect(b!.inputError).not.toBe(c!.outputError);
    expect(a!.summedFrom).toEqual([b!.inputError, c!.outputError]);
    expect(a!.summedFrom).not.toContain(a!.outputError);
  });

  it('lets a change of shape cost nothing', () => {
    const { layers, widths } = planOf(
      resolveModel({
        input: [6],
        layers: [
          { type: 'dense', units: 6 },
          { type: 'reshape', shape: [2, 3] },
          { type: 'flatten' },
          { type: 'dense', units: 2 },
        ],
      }),
    );
    expect(layers.map(({ output }) => output)).toEqual([0, 0, 0, 1]);
    expect(layers.map(({ outputError }) => outputError)).toEqual([3, 3, 3, 2]);
    expect(widths).toEqual([6, 2, 2, 6]);
  });
});
