import { stepsPerEpochOf } from '@lockstep/config';
import { MNIST_STANDARDISATION, MNIST_TRAIN_SHA256 } from '@lockstep/data';
import { perceptronOf } from '@lockstep/nn';
import type { RunFacts } from '@lockstep/metrics';
import { quoted } from '../ui/quoted.ts';

type Config = RunFacts['config'];

/** The command that repeats the run in one process; FILE stands for a checkpoint of which only the weights' sha256 is known. */
export function commandOf(config: Config): string {
  const {
    dataset,
    model,
    batchSize,
    leafRows,
    learningRate,
    optimizer,
    schedule,
    seed,
    totalSteps,
    initialWeights,
  } = config;
  const perEpoch = stepsPerEpochOf(config);
  const isWhole = totalSteps % perEpoch === 0;
  const length = isWhole
    ? `--epochs ${totalSteps / perEpoch}`
    : `--epochs ${Math.ceil(totalSteps / perEpoch)} --max-steps ${totalSteps}`;
  return [
    'node bin/lockstep.mjs train --workers 0',
    ...(initialWeights === undefined ? [] : ['--init FILE']),
    `--dataset ${quoted(dataset.name)} ${modelFlags(model)} ${length} --batch-size ${batchSize} --leaf-rows ${leafRows}`,
    ...(optimizer === undefined ? [] : [`--optimizer ${quoted(JSON.stringify(optimizer))}`]),
    `--lr ${learningRate}`,
    ...(schedule === undefined ? [] : [`--schedule ${quoted(JSON.stringify(schedule))}`]),
    `--seed ${seed}`,
  ].join(' ');
}

/** The flags of a perceptron; MODEL stands for a file with the layers of any other network, which `run.json` in the run's folder has. */
function modelFlags(model: Config['model']): string {
  const perceptron = perceptronOf(model);
  if (perceptron === undefined) return '--model MODEL';
  const { sizes, activation, outputActivation, normalisation, dropout, loss } = perceptron;
  const hidden = sizes.slice(1, -1);
  return [
    `--hidden ${hidden.length === 0 ? 'none' : hidden.join(',')}`,
    ...(activation === 'sigmoid' ? [] : [`--activation ${activation}`]),
    ...(normalisation === undefined ? [] : [`--normalisation ${normalisation}`]),
    ...(dropout === undefined ? [] : [`--dropout ${dropout}`]),
    `--output ${outputActivation}`,
    ...(loss?.type === 'squared-error' ? [] : [`--loss ${quoted(JSON.stringify(loss))}`]),
  ].join(' ');
}

/**
 * Whether the run goes on with a standardisation that a new run on its data would not have: before it followed from the data, a folder
 * with MNIST's files was fitted to, and whatever `mnist` named had the customary constants (docs/adr/0018).
 */
export function keepsStandardisation({ dataset, standardisation: { mean, deviation } }: Config): boolean {
  const isMnist = dataset.sha256 === MNIST_TRAIN_SHA256;
  const isCustomary = mean === MNIST_STANDARDISATION.mean && deviation === MNIST_STANDARDISATION.deviation;
  return isMnist !== isCustomary;
}
