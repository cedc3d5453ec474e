import { layoutOf, widthsOf, viewOf, type TensorSlot } from '@lockstep/nn';
import type { Contender } from '../benchmark-case.ts';
import { timed } from '../timing.ts';
import { loadTensorFlow, type Tensor, type TensorFlow, type Variable } from './tfjs.ts';
import { fillRows, fillWeights, lossAfterSteps, type TrainingWork } from './training-work.ts';

/** The tensors of a training step, in tf.js. */
interface Setup {
  readonly tf: TensorFlow;
  readonly x: Tensor;
  readonly labels: Tensor;
  readonly weights: readonly Variable[];
  readonly biases: readonly Variable[];
  readonly rows: number;
  readonly learningRate: number;
}

async function setUp(work: TrainingWork): Promise<Setup> {
  const tf = await loadTensorFlow();
  const { model, rows, learningRate } = work;
  const widths = widthsOf(model);
  const [inputs, outputs] = [widths[0]!, widths.at(-1)!];
  const x = new Float32Array(rows * inputs);
  const labels = new Float32Array(rows * outputs);
  fillRows(work, x, labels);
  const layout = layoutOf(model);
  const flat = new Float32Array(layout.length);
  fillWeights(work, flat);
  const variableOf = (slot: TensorSlot): Variable =>
    tf.variable(tf.tensor(viewOf(flat, slot).slice(), slot.shape));
  return {
    tf,
    x: tf.tensor(x, [rows, inputs]),
    labels: tf.tensor(labels, [rows, outputs]),
    weights: layout.slots.filter(({ shape }) => shape.length === 2).map(variableOf),
    biases: layout.slots.filter(({ shape }) => shape.length === 1).map(variableOf),
    rows,
    learningRate,
  };
}

/** X and the Z of every layer: sigmoid(Z_before W + B), and no sigmoid at the output. */
function forward({ tf, x, weights, biases }: Setup): Tensor[] {
  const activations = [x];
  weights.forEach((weight, layer) => {
    const y = tf.add(tf.matMul(activations.at(-1)!, weight), biases[layer]!);
    activations.push(layer < weights.length - 1 ? tf.sigmoid(y) : y);
  });
  return activations;
}

const meanLoss = ({ tf, rows }: Setup, error: Tensor): Tensor => tf.div(tf.sum(tf.square(error)), 2 * rows);

/** The loss, brought over from tf.js's memory. */
function take(loss: Tensor): number {
  const [value] = loss.dataSync();
  loss.dispose();
  return value!;
}

/** As its guide shows: an optimizer that differentiates the loss by itself. */
function withOptimizer(setup: Setup): () => number {
  const { tf, labels } = setup;
  const optimizer = tf.train.sgd(setup.learningRate);
  const loss = (): Tensor => meanLoss(setup, tf.sub(forward(setup).at(-1)!, labels));
  return () => take(optimizer.minimize(loss, true));
}

/**
 * Gradients written out by hand with explicit transposes, since its fast matrix product takes plain operands only: the best
 * we could get out of it.
 */
function byHand(setup: Setup): () => number {
  const { tf, labels, weights, biases, rows, learningRate } = setup;
  const descend = (variable: Variable, gradient: Tensor): void =>
    variable.assign(tf.sub(variable, tf.mul(gradient, learningRate / rows)));
  const step = (): Tensor => {
    const activations = forward(setup);
    let a = tf.sub(activations.at(-1)!, labels);
    const loss = meanLoss(setup, a);
    for (let layer = weights.length - 1; layer >= 0; layer--) {
      const x = activations[layer]!;
      const dW = tf.matMul(tf.transpose(x), a);
      const dB = tf.sum(a, 0);
      if (layer > 0) {
        const dX = tf.matMul(a, tf.transpose(weights[layer]!));
        a = tf.mul(dX, tf.sub(x, tf.square(x)));
      }
      descend(weights[layer]!, dW);
      descend(biases[layer]!, dB);
    }
    return loss;
  };
  return () => take(tf.tidy(step));
}

const contender = (name: string, work: TrainingWork, stepOf: (setup: Setup) => () => number): Contender => ({
  name,
  peer: 'tf.js',
  open: async () => {
    const step = stepOf(await setUp(work));
    const result = lossAfterSteps(step);
    const millisecondsPerStep = timed(step);
    return { result, measure: async () => ({ value: millisecondsPerStep() }) };
  },
});

/** A step of tf.js as its users write it. */
export const tfjsStep = (name: string, work: TrainingWork): Contender => contender(name, work, withOptimizer);

/** A step of tf.js tuned by hand. */
export const tfjsStepByHand = (name: string, work: TrainingWork): Contender => contender(name, work, byHand);
