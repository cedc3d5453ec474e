import { EXIT } from '@lockstep/config';
import { madeUpConfig } from '@lockstep/config/testing';
import { weightsSha256 } from '@lockstep/math';
import { initialWeights, layoutOf, viewOf } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { fittedWeights, type GivenWeights } from './given-weights.ts';

const filled = (sizes: readonly number[]): GivenWeights => {
  const { model } = madeUpConfig({ sizes });
  return { file: 'a.safetensors', model, weights: new Float32Array(layoutOf(model).length).fill(2) };
};

describe('the weights of --init', () => {
  it('are all taken where all fit, and nothing is said', () => {
    const given = filled([6, 5, 3]);
    const fitted = fittedWeights(given, madeUpConfig({ sizes: [6, 5, 3] }));
    expect(fitted).toEqual({ weights: given.weights, sha256: weightsSha256(given.weights) });
  });

  it('are taken where name and shape fit, the rest begins as the seed has it, and is listed', () => {
    const config = madeUpConfig({ sizes: [6, 5, 4], seed: 9 });
    const { weights, sha256, remark } = fittedWeights(filled([6, 5, 3]), config);
    const fresh = new Float32Array(weights.length);
    initialWeights(config.model, 9, fresh);
    const { slots } = layoutOf(config.model);
    expect(slots.map((slot) => viewOf(weights, slot).every((value) => value === 2))).toEqual([
      ...[true, true, false, false],
    ]);
    expect([...viewOf(weights, slots[2]!)]).toEqual([...viewOf(fresh, slots[2]!)]);
    expect(sha256).toBe(weightsSha256(weights));
    expect(remark).toBe(
      '--init a.safetensors: 2 of 4 parameters are taken from it; begun anew: layers.1.weight [5, 4], layers.1.bias [4]; ' +
        'of the file left out: layers.1.weight [5, 3], layers.1.bias [3]',
    );
  });

  it('are refused where no matrix fits, with both networks and the setting that differs', () => {
    expect(() => fittedWeights(filled([6, 9, 3]), madeUpConfig({ sizes: [6, 5, 3] }))).toThrowError(
      expect.objectContaining({
        exitCode: EXIT.badCheckpoint,
        message:
          "--init a.safetensors has the weights of a network 6-9-3, and this run's is 6-5-3: give --hidden 9, or other weights",
      }),
    );
  });
});
