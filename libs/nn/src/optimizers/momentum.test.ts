import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../layout.ts';
import { perceptronModel } from '../model/perceptron.ts';
import { resolveOptimizer } from './index.ts';
import { hasMomentum, Optimizer } from './optimizer-run.ts';

const layout = layoutOf(perceptronModel({ sizes: [3, 4, 2], outputActivation: 'linear' }));

const numbersFrom = (seed: number, length = layout.length): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.fround((((i + 1) * seed * 2_654_435_761) % 2003) / 700 - 1.4));

const bitsOf = (values: Float32Array): number[] => [
  ...new Uint32Array(values.buffer, values.byteOffset, values.length),
];

/** Weights after steps with these momenta, where undefined leaves the optimizer's own. */
function cycled(given: object, momenta: readonly (number | undefined)[]): Float32Array {
  const weights = numbersFrom(3);
  const run = new Optimizer(referenceBackend, resolveOptimizer(given), layout);
  momenta.forEach((momentum, step) => {
    const gradientSum = numbersFrom(step + 7);
    run.step({ out: weights, weights, gradientSum, weightSum: 3, learningRate: 0.03, step, momentum });
  });
  return weights;
}

describe('a momentum that a schedule gives', () => {
  it.each([
    [
      { type: 'sgd', momentum: 0.3 },
      { type: 'sgd', momentum: 0.9 },
    ],
    [
      { type: 'rmsprop', momentum: 0.3 },
      { type: 'rmsprop', momentum: 0.9 },
    ],
    [
      { type: 'adam', beta1: 0.3 },
      { type: 'adam', beta1: 0.9 },
    ],
    [
      { type: 'adamw', beta1: 0.3, amsgrad: true },
      { type: 'adamw', beta1: 0.9, amsgrad: true },
    ],
    [
      { type: 'radam', beta1: 0.3 },
      { type: 'radam', beta1: 0.9 },
    ],
    [
      { type: 'lion', beta1: 0.3 },
      { type: 'lion', beta1: 0.9 },
    ],
    [
      { type: 'muon', momentum: 0.3 },
      { type: 'muon', momentum: 0.9 },
    ],
  ])('takes the place of its own: %j', (given, other) => {
    const own = Array.from({ length: 8 }, () => 0.9);
    expect(bitsOf(cycled(given, own))).toEqual(
      bitsOf(
        cycled(
          other,
          own.map(() => undefined),
        ),
      ),
    );
    expect(bitsOf(cycled(given, [0.9, 0.9, 0, 0, 0, 0.9, 0, 0]))).not.toEqual(bitsOf(cycled(given, own)));
    expect(hasMomentum(resolveOptimizer(given))).toBe(true);
  });

  it('acts on what the steps before left: w - lr (m (m u + g) + g), with each step its own m', () => {
    const [w, g] = [numbersFrom(3), [0, 1, 2].map((step) => numbersFrom(step + 7).map((v) => v / 3))];
    const u = Array.from(w, () => 0);
    const expected = Array.from(w);
    [0.9, 0.5, 0.7].forEach((momentum, step) => {
      u.forEach((velocity, i) => {
        u[i] = momentum * velocity + g[step]![i]!;
        expected[i]! -= 0.03 * u[i];
      });
    });
    cycled({ type: 'sgd', momentum: 0.1 }, [0.9, 0.5, 0.7]).forEach((weight, i) =>
      expect(weight).toBeCloseTo(expected[i]!, 5),
    );
  });

  it('is none for an optimizer without one', () => {
    expect(hasMomentum(undefined)).toBe(false);
    for (const type of ['sgd', 'adagrad', 'adadelta', 'nadam']) {
      expect(hasMomentum(resolveOptimizer(type))).toBe(false);
    }
  });
});
