import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { initialWeights } from './initial-weights.ts';
import { perceptronModel, type Perceptron } from './model/perceptron.ts';
import { Network } from './network/network.ts';
import { FIRST_PASS, wave } from './testing/models.ts';
import { finiteDifferenceError, literalSlipSlope, scalarBackward } from './testing/scalar-oracle.ts';

const MODELS: readonly (readonly [string, Perceptron])[] = [
  ['one linear layer', { sizes: [5, 3] }],
  ['one sigmoid layer', { sizes: [5, 3], outputActivation: 'sigmoid' }],
  ['a hidden layer and a linear output', { sizes: [6, 5, 4] }],
  ['a hidden layer and a sigmoid output', { sizes: [6, 5, 4], outputActivation: 'sigmoid' }],
  ['three hidden layers', { sizes: [4, 7, 5, 6, 3] }],
];

/** float32 against float64: a few roundings of values near 1. */
const ROUNDING = 2e-6;

/** The finite-difference check: slopes right to so much of the largest one. */
const SLOPE_TOLERANCE = 1e-5;

function trained(spec: Perceptron, rows: number, leafRows: number): { network: Network; lossSum: number } {
  const model = perceptronModel(spec);
  const network = new Network(referenceBackend, model, rows);
  initialWeights(model, 7, network.weights);
  network.weights.set(network.weights.map((w, i) => Math.fround(w + 0.1 * Math.cos(i))));
  network.inputs.set(wave(network.inputs.length, 0.3));
  network.labels.set(wave(network.labels.length, 1.1));
  return { network, lossSum: network.backpropagate(rows, leafRows, FIRST_PASS) };
}

const sampleOf = (
  network: Network,
  spec: Perceptron,
  row: number,
): { x: Float32Array; label: Float32Array } => {
  const [inputs, outputs] = [spec.sizes[0]!, spec.sizes.at(-1)!];
  return {
    x: network.inputs.subarray(row * inputs, (row + 1) * inputs),
    label: network.labels.subarray(row * outputs, (row + 1) * outputs),
  };
};

describe.each(MODELS)('the matrix forms on %s', (_name, spec) => {
  it('give one sample the gradient of the scalar formulas [1], [2], [3]', () => {
    const { network, lossSum } = trained(spec, 1, 1);
    const scalar = scalarBackward(spec, network.weights, sampleOf(network, spec, 0));
    expect(Math.abs(lossSum - scalar.loss)).toBeLessThan(ROUNDING);
    network.gradient.forEach((g, i) => expect(Math.abs(g - scalar.gradient[i]!)).toBeLessThan(ROUNDING));
  });

  it('give a batch the sum of its samples ([4] sums over rows, [5] over columns of A)', () => {
    const rows = 11;
    const { network, lossSum } = trained(spec, rows, 3);
    const sum = new Float64Array(network.gradient.length);
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      const scalar = scalarBackward(spec, network.weights, sampleOf(network, spec, row));
      scalar.gradient.forEach((g, i) => (sum[i]! += g));
      loss += scalar.loss;
    }
    expect(Math.abs(lossSum - loss)).toBeLessThan(rows * ROUNDING);
    network.gradient.forEach((g, i) => expect(Math.abs(g - sum[i]!)).toBeLessThan(rows * ROUNDING));
  });

  it('agree with finite differences of the loss', () => {
    const { network } = trained(spec, 1, 1);
    const error = finiteDifferenceError(spec, network.weights, sampleOf(network, spec, 0), network.gradient);
    expect(error).toBeLessThan(SLOPE_TOLERANCE);
  });
});

describe("the specification's literal slip, sigmoid(Z) (1 - sigmoid(Z))", () => {
  it.each(MODELS.filter(([, spec]) => spec.sizes.length > 2 || spec.outputActivation === 'sigmoid'))(
    'fails the finite-difference check on %s',
    (_name, spec) => {
      const { network } = trained(spec, 1, 1);
      const sample = sampleOf(network, spec, 0);
      const slip = scalarBackward(spec, network.weights, sample, literalSlipSlope);
      expect(finiteDifferenceError(spec, network.weights, sample, slip.gradient)).toBeGreaterThan(
        100 * SLOPE_TOLERANCE,
      );
      const meant = scalarBackward(spec, network.weights, sample);
      expect(finiteDifferenceError(spec, network.weights, sample, meant.gradient)).toBeLessThan(
        SLOPE_TOLERANCE,
      );
    },
  );
});
