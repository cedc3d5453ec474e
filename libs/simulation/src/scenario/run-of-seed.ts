import { parseRunConfig, type RunConfig } from '@lockstep/config';
import { optimizerKinds, perceptronModel, resolveOptimizer } from '@lockstep/nn';
import type { Dataset, Targets } from '@lockstep/data';
import type { LoadedDataset } from '@lockstep/shell';
import type { Dice } from '../world/dice.ts';

/** A network small enough to be trained in milliseconds, in all the shapes that matter: short mini-batches, short leaves. */
export function makeConfig(dice: Dice): RunConfig {
  const featureCount = dice.integer(2, 7);
  const classCount = dice.integer(2, 4);
  const trainRows = dice.integer(8, 60);
  const config = parseRunConfig({
    contract: 'exact-2',
    dataset: { name: 'made up', sha256: '0'.repeat(64), trainRows, featureCount, classCount },
    standardisation: { mean: 0.5, deviation: 0.25 },
    model: perceptronModel({
      sizes: [featureCount, ...dice.pick([[], [3], [5], [4, 3]]), classCount],
      outputActivation: dice.pick(['linear', 'sigmoid']),
    }),
    batchSize: dice.integer(2, 32),
    leafRows: dice.pick([1, 1, 2, 2, 3, 4, 8]),
    learningRate: dice.pick([0.01, 0.1, 0.5]),
    seed: dice.integer(0, 2 ** 32 - 1),
    totalSteps: dice.integer(20, 36),
  });
  // Every second run has an optimizer of its own, and in every second each step a rate of its own, and in every second a
  // moving average of the weights, without another throw of the dice.
  const { totalSteps, seed } = config;
  const schedule = { type: 'cosine', steps: totalSteps, to: 0.1 } as const;
  const optimizer = OPTIMIZERS[Math.floor(seed / 2) % OPTIMIZERS.length]!;
  return {
    ...config,
    ...(seed % 2 !== 0 && { optimizer: resolveOptimizer(optimizer) }),
    ...(totalSteps % 2 !== 0 && { schedule }),
    ...(Math.floor(seed / 64) % 2 !== 0 && { ema: 0.9 }),
  };
}

const OPTIMIZERS = [
  ...optimizerKinds.types,
  { type: 'sgd', momentum: 0.5, clipNorm: 1 },
  { type: 'sgd', momentum: 0.5, nesterov: true, weightDecay: 0.01, clipValue: 0.5 },
  { type: 'adam', amsgrad: true },
  { type: 'rmsprop', centred: true, momentum: 0.5 },
  { type: 'adamw', decays: 'matrices', groups: [{ match: '*.bias', rate: 0.5 }] },
];

/** Rows for it that nothing can be learned from; arithmetic does not mind. */
export function makeData({ dataset, standardisation }: RunConfig, dice: Dice): LoadedDataset {
  const { trainRows, featureCount, classCount, target } = dataset;
  const labelsOf = (rowCount: number): Targets => {
    if (target === undefined)
      return Uint8Array.from({ length: rowCount }, () => dice.integer(0, classCount - 1));
    const draw = target === 'labels' ? () => dice.integer(0, 1) : () => dice.integer(-999, 999) / 700;
    return Float32Array.from({ length: rowCount * classCount }, draw);
  };
  const part = (name: string, rowCount: number): Dataset => ({
    name,
    rows: Uint8Array.from({ length: rowCount * featureCount }, () => dice.integer(0, 255)),
    labels: labelsOf(rowCount),
    ...(target !== undefined && { target }),
    rowCount,
    featureCount,
  });
  return { train: part('train', trainRows), test: part('test', 7), facts: { dataset, standardisation } };
}
