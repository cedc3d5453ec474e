import { createBackend } from '@lockstep/math';
import { Network, sgdStep } from '@lockstep/nn';
import type { Contender } from '../benchmark-case.ts';
import { timed } from '../timing.ts';
import { fillRows, fillWeights, lossAfterSteps, type TrainingWork } from './training-work.ts';

/** Forward, backward and SGD on the wasm kernels, on one thread. @param leafRows rows of a leaf of the tree */
export const lockstepStep = (name: string, work: TrainingWork, leafRows: number): Contender => ({
  name,
  open: async () => {
    const { backend } = await createBackend('wasm');
    const { rows, learningRate } = work;
    const network = new Network(backend, work.model, rows);
    fillRows(work, network.inputs, network.labels);
    fillWeights(work, network.weights);
    const step = (): number => {
      const lossSum = network.backpropagate(rows, leafRows);
      const { weights, gradient } = network;
      sgdStep(backend, { weights, gradientSum: gradient, rowCount: rows, learningRate });
      return lossSum / rows;
    };
    const result = lossAfterSteps(step);
    const millisecondsPerStep = timed(step);
    return { result, measure: async () => ({ value: millisecondsPerStep() }) };
  },
});
