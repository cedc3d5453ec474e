import type { BenchmarkCase } from '../benchmark-case.ts';
import { lockstepStep } from '../contenders/lockstep-step.ts';
import { tfjsStep, tfjsStepByHand } from '../contenders/tfjs-step.ts';
import { perceptron, type TrainingWork } from '../contenders/training-work.ts';

const work: TrainingWork = { model: perceptron(784, 512, 256, 10), rows: 256, learningRate: 0.01 };

/** Forward, backward and SGD of a network with two hidden layers, on one thread. */
export const step: BenchmarkCase = {
  name: 'step 784-512-256-10, batch 256',
  unit: 'ms/step',
  contenders: [
    tfjsStep('tf.js wasm', work),
    lockstepStep('wasm, leaves of 8', work, 8),
    lockstepStep('wasm, one leaf', work, work.rows),
    tfjsStepByHand('tf.js wasm, by hand', work),
  ],
  baseline: 'tf.js wasm',
  requirement: { contender: 'wasm, leaves of 8', atLeast: 5 },
};
