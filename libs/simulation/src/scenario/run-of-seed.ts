import { parseRunConfig, type RunConfig } from '@lockstep/config';
import type { Dataset } from '@lockstep/data';
import type { LoadedDataset } from '@lockstep/shell';
import type { Dice } from '../world/dice.ts';

/** A network small enough to be trained in milliseconds, in all the shapes that matter: short mini-batches, short leaves. */
export function makeConfig(dice: Dice): RunConfig {
  const featureCount = dice.integer(2, 7);
  const classCount = dice.integer(2, 4);
  const trainRows = dice.integer(8, 60);
  return parseRunConfig({
    contract: 'exact-1',
    dataset: { name: 'made up', sha256: '0'.repeat(64), trainRows, featureCount, classCount },
    standardisation: { mean: 0.5, deviation: 0.25 },
    model: {
      sizes: [featureCount, ...dice.pick([[], [3], [5], [4, 3]]), classCount],
      hiddenActivation: 'sigmoid',
      outputActivation: dice.pick(['linear', 'sigmoid']),
      loss: 'squared-error',
    },
    batchSize: dice.integer(2, 32),
    leafRows: dice.pick([1, 1, 2, 2, 3, 4, 8]),
    learningRate: dice.pick([0.01, 0.1, 0.5]),
    seed: dice.integer(0, 2 ** 32 - 1),
    totalSteps: dice.integer(20, 36),
  });
}

/** Rows for it that nothing can be learned from; arithmetic does not mind. */
export function makeData({ dataset, standardisation }: RunConfig, dice: Dice): LoadedDataset {
  const { trainRows, featureCount, classCount } = dataset;
  const part = (name: string, rowCount: number): Dataset => ({
    name,
    rows: Uint8Array.from({ length: rowCount * featureCount }, () => dice.integer(0, 255)),
    labels: Uint8Array.from({ length: rowCount }, () => dice.integer(0, classCount - 1)),
    rowCount,
    featureCount,
  });
  return { train: part('train', trainRows), test: part('test', 7), facts: { dataset, standardisation } };
}
