import { createBackend, type Backend } from '@lockstep/math';
import { Network, sgdStep } from '@lockstep/nn';
import { BenchError } from '../bench-error.ts';
import { agree } from '../runner.ts';
import { fillRows, fillWeights, lossAfterSteps, type TrainingWork } from './training-work.ts';

/** Lockstep's own step on `backend`: takes a step, returns the mean loss before it. @param leafRows rows of a leaf of the tree */
export function ownStep(backend: Backend, work: TrainingWork, leafRows: number): () => number {
  const { rows, learningRate } = work;
  const network = new Network(backend, work.model, rows);
  fillRows(work, network.inputs, network.labels);
  fillWeights(work, network.weights);
  return () => {
    const lossSum = network.backpropagate(rows, leafRows, { seed: 1, step: 0, firstRow: 0 });
    const { weights, gradient } = network;
    sgdStep(backend, { out: weights, weights, gradientSum: gradient, weightSum: rows, learningRate });
    return lossSum / rows;
  };
}

/** Rows of a leaf for a comparison; any number of them is as good. */
const LEAF_ROWS = 8;

/**
 * Compares what another computed for `work` with our own.
 * @throws {BenchError} `disagreement`
 */
export async function expectSameResult(contender: string, loss: number, work: TrainingWork): Promise<void> {
  const { backend } = await createBackend('wasm');
  const own = lossAfterSteps(ownStep(backend, work, LEAF_ROWS));
  if (agree(own, loss)) return;
  throw new BenchError(
    'disagreement',
    `"${contender}" computes a loss of ${loss} where Lockstep computes ${own}`,
  );
}
