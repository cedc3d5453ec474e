import { sha256Hex } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { initialWeights } from './initial-weights.ts';
import { layoutOf, viewOf } from './layout.ts';
import { resolveModel } from './model/resolve-model.ts';
import { mlp } from './testing/models.ts';

const spec = mlp([784, 128, 10]);
const layout = layoutOf(spec);

function fresh(seed: number): Float32Array {
  const weights = new Float32Array(layout.length);
  initialWeights(spec, seed, weights);
  return weights;
}

describe('initialWeights', () => {
  it('never changes for a seed', () => {
    expect(sha256Hex(new Uint8Array(fresh(1).buffer))).toBe(
      'f4ebd0a76a660c397b60311895cabc508e8066a7afbda01a24df2399fbbfa503',
    );
  });

  it('differs between seeds', () => {
    expect(fresh(1)).not.toEqual(fresh(2));
  });

  it("stays within Glorot's limit, fills it evenly, and is never zero", () => {
    const weight = viewOf(fresh(5), layout.slots[0]!);
    const limit = Math.sqrt(6 / (784 + 128));
    const mean = weight.reduce((sum, w) => sum + w, 0) / weight.length;
    const variance = weight.reduce((sum, w) => sum + w * w, 0) / weight.length;
    expect(weight.every((w) => w !== 0 && Math.abs(w) <= limit)).toBe(true);
    expect(Math.abs(mean)).toBeLessThan(0.01 * limit);
    expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 1);
  });

  it('starts every bias at zero', () => {
    expect(viewOf(fresh(1), layout.slots[1]!).every((b) => Object.is(b, 0))).toBe(true);
    expect(viewOf(fresh(1), layout.slots[3]!).every((b) => Object.is(b, 0))).toBe(true);
  });

  it('are what a layer says, its bias with the inputs of the layer', () => {
    const layer = { type: 'dense', units: 50, weightInitializer: 'ones', biasInitializer: 'pytorch-linear' };
    const model = resolveModel({ input: [400], layers: [layer] });
    expect(resolveModel(model)).toEqual(model);
    const { length, slots } = layoutOf(model);
    const weights = new Float32Array(length);
    initialWeights(model, 1, weights);
    const [weight, bias] = slots.map((slot) => viewOf(weights, slot));
    expect(weight!.every((w) => w === 1)).toBe(true);
    expect(bias!.every((b) => b !== 0 && Math.abs(b) <= 1 / Math.sqrt(400))).toBe(true);
    expect(Math.max(...bias!)).toBeGreaterThan(0.8 / Math.sqrt(400));
  });

  it('are refused by the path in the model', () => {
    const given = { input: [4], layers: [{ type: 'dense', units: 2, weightInitializer: 'he' }] };
    expect(() => resolveModel(given)).toThrowError(
      /model\.layers\.0\.weightInitializer\.type: expected .*"he-uniform".* found "he"/,
    );
  });
});

describe('layoutOf', () => {
  it('places W1, B1, W2, B2 one behind the other', () => {
    expect(layout).toEqual({
      slots: [
        { name: 'layers.0.weight', shape: [784, 128], offset: 0, length: 100_352 },
        { name: 'layers.0.bias', shape: [128], offset: 100_352, length: 128 },
        { name: 'layers.1.weight', shape: [128, 10], offset: 100_480, length: 1280 },
        { name: 'layers.1.bias', shape: [10], offset: 101_760, length: 10 },
      ],
      length: 101_770,
    });
  });
});
