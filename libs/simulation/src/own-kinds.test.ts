import {
  layerKinds,
  lossKinds,
  optimizerKinds,
  resolveModel,
  resolveOptimizer,
  sumOfRows,
  type LayerKind,
  type LossKind,
  type OptimizerKind,
} from '@lockstep/nn';
import * as v from 'valibot';
import { it } from 'vitest';
import { scenarioOf } from './scenario/scenario.ts';
import { expectBitsThroughKills } from './testing/through-kills.ts';

/** x^2 * gain, with a gain that is learned for each element: a layer that Lockstep does not have. */
const scaledSquare: LayerKind = {
  type: 'scaled-square',
  schema: v.strictObject({ type: v.literal('scaled-square') }),
  needs: { input: true, output: false },
  isInPlace: false,
  outputShape: (_spec, input) => input,
  parameters: (_spec, input) => [{ name: 'gain', shape: input, initializer: { type: 'ones' } }],
  forward: ({ input, output, parameters: [gain] }) => {
    input.forEach((x, i) => (output[i] = Math.fround(Math.fround(x * x) * gain![i % gain!.length]!)));
  },
  backward: ({ input, outputError, inputError, parameters: [gain] }) => {
    outputError.forEach((error, i) => {
      const slope = Math.fround(2 * Math.fround(input[i]! * gain![i % gain!.length]!));
      inputError![i] = Math.fround(error * slope);
    });
  },
  accumulate: ({ backend, input, outputError, gradients, rows, leafRows, ordinal, share, shares }) => {
    if (ordinal % shares !== share) return;
    const each = input.map((x, i) => Math.fround(Math.fround(x * x) * outputError[i]!));
    backend.biasGradient(gradients[0]!, each, rows, gradients[0]!.length, leafRows);
  },
};

/** sum (out - label)^4 / 4: a loss that Lockstep does not have. */
const quartic: LossKind = {
  type: 'quartic',
  schema: v.strictObject({ type: v.literal('quartic') }),
  target: () => 'values',
  link: 'identity',
  gradient: ({ error, outputs, labels }) => {
    outputs.forEach((out, i) => {
      const difference = Math.fround(out - labels[i]!);
      error[i] = Math.fround(Math.fround(difference * difference) * difference);
    });
  },
  sum: ({ outputs, labels, rows, width }, leafRows) =>
    sumOfRows(rows, leafRows, (row) => {
      let sum = 0;
      for (let i = row * width; i < (row + 1) * width; i++) sum += (outputs[i]! - labels[i]!) ** 4 / 4;
      return sum;
    }),
};

/** w - lr * (g + the gradient before): an optimizer that Lockstep does not have. */
const twoGradients: OptimizerKind<{ readonly type: 'two-gradients' }, 'last'> = {
  type: 'two-gradients',
  learningRate: 0.1,
  weightDecay: 0,
  isDecoupled: false,
  schema: v.strictObject({ type: v.literal('two-gradients') }),
  state: () => ['last'],
  step: ({ backend, learningRate, out, weights, gradient, before, after }) => {
    after.last.set(gradient);
    backend.map('add', [gradient], [gradient, before.last]);
    return backend.map('descend', [out], [weights, gradient], [learningRate]);
  },
};

/** w - rate * sign(sum of all mean gradients): an optimizer that Lockstep does not have, with a tensor of its own. */
const signOfSum: OptimizerKind<{ readonly type: 'sign-of-sum' }, 'sum'> = {
  type: 'sign-of-sum',
  ...{ learningRate: 0.01, weightDecay: 0, isDecoupled: true },
  schema: v.strictObject({ type: v.literal('sign-of-sum') }),
  state: () => ['sum'],
  step: ({ backend, learningRate, out, weights, gradient, before, after }) => {
    const rate = Math.fround(learningRate);
    gradient.forEach((g, i) => {
      const sum = Math.fround(before.sum[i]! + g);
      after.sum[i] = sum;
      out[i] = Math.fround(weights[i]! - (sum > 0 ? rate : -rate));
    });
    return backend.isFinite(out) && backend.isFinite(after.sum);
  },
};

it('kinds of layer, loss and optimizer that others register train with coordinator, workers and resume, and change no other file', async () => {
  layerKinds.register(scaledSquare);
  lossKinds.register(quartic);
  optimizerKinds.register(signOfSum);
  optimizerKinds.register(twoGradients);
  const scenario = scenarioOf(11);
  const { config } = scenario;
  const { featureCount, classCount } = config.dataset;
  const model = resolveModel({
    input: [featureCount],
    layers: [
      { type: 'dense', units: 5 },
      { type: 'scaled-square', name: 'own' },
      { type: 'dense', units: classCount },
    ],
    loss: 'quartic',
  });
  await expectBitsThroughKills({
    ...scenario,
    config: { ...config, model, learningRate: 0.01, optimizer: resolveOptimizer('two-gradients') },
  });
});
