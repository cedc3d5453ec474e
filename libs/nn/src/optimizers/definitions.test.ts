import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import type { ParameterLayout } from '../layout.ts';
import { resolveOptimizer } from './index.ts';
import { Optimizer } from './optimizer-run.ts';

/** The rows of docs/coming-from.md that no other test fixes by itself: the definition of ours, on one weight or two. */

interface Given {
  readonly start?: readonly number[];
  /** Of the learning rate in each step; the last one goes on. */
  readonly rates?: readonly number[];
}

/** A weight after each step, from the gradients that each is given. */
function weightsAfter(
  given: unknown,
  gradients: readonly (readonly number[])[],
  { start = [0], rates = [0.1] }: Given = {},
): readonly number[] {
  const length = start.length;
  const layout: ParameterLayout = {
    slots: [{ name: 'weight', shape: [1, length], offset: 0, length }],
    length,
  };
  const run = new Optimizer(referenceBackend, resolveOptimizer(given), layout);
  const weights = Float32Array.from(start);
  return gradients.map((gradient, step) => {
    const learningRate = rates[Math.min(step, rates.length - 1)]!;
    run.step({
      out: weights,
      weights,
      gradientSum: Float32Array.from(gradient),
      weightSum: 1,
      learningRate,
      step,
    });
    return weights[0]!;
  });
}

describe('a definition of optimizers that others have otherwise', () => {
  it("of SGD's momentum keeps the rate outside of what goes on", () => {
    const [, second] = weightsAfter({ type: 'sgd', momentum: 0.5 }, [[1], [0]], { rates: [1, 0.5] });
    // w = -1 - 0.5 * 0.5; with the rate inside it would be -1 - 0.5.
    expect(second).toBe(-1.25);
  });

  it("of SGD's momentum begins with the gradient as it is, without dampening", () => {
    const steps = weightsAfter({ type: 'sgd', momentum: 0.5, dampening: 0.5 }, [[1], [1]], { rates: [1] });
    expect(steps).toEqual([-1, -2]);
  });

  it('of Adam puts epsilon beside the corrected root', () => {
    const [first] = weightsAfter('adam', [[1e-8]], { rates: [1] });
    // 1e-8 / (1e-8 + 1e-8); beside the root as it is it would be near 0.03.
    expect(first).toBeCloseTo(-0.5, 5);
  });

  it('of RAdam puts epsilon beside the root as it is', () => {
    const gradients = Array.from({ length: 7 }, () => [1e-8]);
    const small = weightsAfter('radam', gradients, { rates: [1] });
    const last = small.at(-1)! - small.at(-2)!;
    // sqrt(v) is 1e-8 * sqrt(1 - 0.999^7) = 8.4e-10, far below epsilon.
    const root = Math.sqrt(1 - 0.999 ** 7);
    const most = 1999;
    const length = most - (14 * 0.999 ** 7) / (1 - 0.999 ** 7);
    const rectified = Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length));
    expect(last).toBeCloseTo((-rectified * root * 1e-8) / (root * 1e-8 + 1e-8), 4);
  });

  it('of AMSGrad takes the largest square as it is, before its correction', () => {
    const gradients = [[2], [0.1], [0.1]];
    const steps = weightsAfter({ type: 'adam', amsgrad: true, beta1: 0, beta2: 0.5 }, gradients, {
      rates: [1],
    });
    // v = 2, 1.005, 0.5075: the largest is 2 throughout, and its correction 1 - 0.5^t. Corrected ones would be 4 at most.
    expect(steps[2]! - steps[1]!).toBeCloseTo(-0.1 / (Math.sqrt(2) / Math.sqrt(1 - 0.5 ** 3)), 5);
  });

  it('of decoupled decay takes the learning rate times the decay of the weight, before the step', () => {
    const [first] = weightsAfter({ type: 'adamw', weightDecay: 0.5 }, [[0]], { start: [1], rates: [0.1] });
    expect(first).toBe(Math.fround(0.95));
  });

  it('of coupled decay adds to the gradient after clipping', () => {
    const given = { type: 'sgd', weightDecay: 1, clipValue: 0.5 };
    expect(weightsAfter(given, [[4]], { start: [1], rates: [1] })).toEqual([1 - (0.5 + 1)]);
  });

  it('of RMSprop and Adagrad puts epsilon beside the root, and begins with sums of 0', () => {
    const [rmsprop] = weightsAfter({ type: 'rmsprop', alpha: 0.75, epsilon: 1 }, [[2]], { rates: [1] });
    // v = 0.25 * 4: 2 / (1 + 1), where epsilon under the root makes 2 / sqrt(2).
    expect(rmsprop).toBe(-1);
    const [adagrad] = weightsAfter({ type: 'adagrad', epsilon: 1 }, [[3]], { rates: [1] });
    expect(adagrad).toBe(-0.75);
  });

  it("of RMSprop's momentum keeps the rate outside", () => {
    const given = { type: 'rmsprop', alpha: 0, epsilon: 1e-30, momentum: 0.5 };
    const [, second] = weightsAfter(given, [[1], [1]], { rates: [1, 0.5] });
    // u = 1, then 1.5: -1 - 0.75; with the rate inside -1 - (0.5 + 0.5).
    expect(second).toBe(-1.75);
  });

  it('of NAdam has the momentum b1 (1 - 0.96^(0.004 t) / 2)', () => {
    const mu = (t: number): number => 0.9 * (1 - 0.5 * 0.96 ** (0.004 * t));
    const [first] = weightsAfter('nadam', [[1]], { rates: [1] });
    const expected = (1 - mu(1)) / (1 - mu(1)) + (mu(2) * 0.1) / (1 - mu(1) * mu(2));
    expect(first).toBeCloseTo(-expected, 5);
  });

  it('of Lion leaves a weight where nothing points', () => {
    expect(weightsAfter({ type: 'lion', weightDecay: 0 }, [[0], [3], [-0.1]])).toEqual(
      [0, -0.1, -0.2].map(Math.fround),
    );
  });

  it("of Muon has the shape's factor as PyTorch's, and leaves the last matrix to AdamW", () => {
    const [first] = weightsAfter('muon', [[1e-8]], { rates: [1] });
    // The only matrix is the last: Adam's step.
    expect(first).toBeCloseTo(-0.5, 5);
  });

  it('of clipping multiplies by most / (norm + 1e-6), over all parameters together', () => {
    const [first] = weightsAfter({ type: 'sgd', clipNorm: 1 }, [[3, 4]], { start: [0, 0], rates: [1] });
    expect(first).toBe(-Math.fround(3 * Math.fround(1 / (5 + 1e-6))));
    expect(weightsAfter({ type: 'sgd', clipNorm: 5 }, [[0.5, 0]], { start: [0, 0], rates: [1] })).toEqual([
      -0.5,
    ]);
  });
});
