import type { Backend } from '@lockstep/math';
import type { GoldenPart, Keep } from './golden-part.ts';
import { GoldenNumbers } from './golden-numbers.ts';
import { fillParameters } from '../initializers/fill-parameters.ts';
import { glorotUniform } from '../initializers/glorot-uniform.ts';
import type { InitializerSpec } from '../initializers/index.ts';
import type { InitializerRun } from '../initializers/initializer.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { perceptronModel } from '../model/perceptron.ts';
import { Network } from '../network/network.ts';
import { sgdStep } from '../optimizers/sgd-step.ts';

const SEED = 4;

/** Steps of one network on the same rows. */
interface Training {
  readonly model: ModelSpec;
  readonly rows: number;
  readonly leafRows: number;
  readonly steps: number;
  readonly learningRate: number;
}

/** One whole step of a network of some size: linear outputs, several tiles and leaves, a short last leaf. */
const STEP: Training = {
  model: perceptronModel({ sizes: [70, 41, 26, 10], outputActivation: 'linear' }),
  rows: 75,
  leafRows: 16,
  steps: 1,
  learningRate: 0.25,
};

/** A small network for long: a difference anywhere spreads to every weight. */
const HUNDRED_STEPS: Training = {
  model: perceptronModel({ sizes: [17, 13, 9, 5], outputActivation: 'sigmoid' }),
  rows: 21,
  leafRows: 4,
  steps: 100,
  learningRate: 2,
};

/** The initializers of perceptrons, and of no other model: who proves an engine does not have to load all of them. */
function fillPerceptrons({ spec, ...at }: InitializerRun<InitializerSpec>): void {
  if (spec.type === 'glorot-uniform') glorotUniform.fill({ ...at, spec });
  else at.out.fill(0);
}

/** Trains; the loss of every step, the last gradient and the last weights go to `keep`. */
function train(backend: Backend, { model, rows, leafRows, steps, learningRate }: Training, keep: Keep): void {
  const network = new Network(backend, model, rows);
  fillParameters(model, SEED, network.weights, fillPerceptrons);
  const bytes = Uint8Array.from({ length: network.inputs.length }, (_, i) => (i * 37) % 256);
  const table = Float32Array.from({ length: 256 }, (_, value) => Math.fround(value / 255 - 0.5));
  backend.lookup(network.inputs, bytes, table);
  network.labels.set(new GoldenNumbers(backend).tensor(network.labels.length, 'ordinary'));
  for (let step = 0; step < steps; step++) {
    keep(Float64Array.of(network.backpropagate(rows, leafRows, { seed: SEED, step, firstRow: 0 })));
    const { weights, gradient } = network;
    sgdStep(backend, { out: weights, weights, gradientSum: gradient, weightSum: rows, learningRate });
  }
  keep(network.gradient);
  keep(network.weights);
}

/** Whole steps of training. */
export const TRAINING_PARTS: readonly GoldenPart[] = [
  { name: 'one step', run: (backend, keep) => train(backend, STEP, keep) },
  { name: 'a hundred steps', run: (backend, keep) => train(backend, HUNDRED_STEPS, keep) },
];
