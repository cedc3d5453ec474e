import {
  CommandError,
  EXIT,
  parseRunConfig,
  stepsPerEpochOf,
  type CoordinatorLaunch,
  type RunConfig,
} from '@lockstep/config';
import type { LoadedDataset } from '@lockstep/shell';

type Options = CoordinatorLaunch['options'];

/**
 * The configuration of a run that starts from nothing, or from weights that were given.
 * @throws {ConfigError}
 */
export function freshRunConfig(
  given: Options,
  { facts }: LoadedDataset,
  initialWeights?: RunConfig['initialWeights'],
): RunConfig {
  const { dataset } = facts;
  const options = given.values;
  return parseRunConfig({
    contract: 'exact-1',
    ...facts,
    model: {
      sizes: [dataset.featureCount, ...options.hidden, dataset.classCount],
      hiddenActivation: 'sigmoid',
      outputActivation: options.output,
      loss: 'squared-error',
    },
    batchSize: options.batchSize,
    leafRows: options.leafRows,
    learningRate: options.lr,
    seed: options.seed,
    totalSteps: totalStepsOf(given, Math.ceil(dataset.trainRows / options.batchSize)),
    ...(initialWeights !== undefined && { initialWeights: { sha256: initialWeights.sha256 } }),
  });
}

/**
 * The configuration of a run that goes on from a checkpoint: the checkpoint's own. What the user gave beside `--resume` must
 * agree with it, except `--epochs` and `--max-steps`, which may move the end.
 * @param data proven to be the run's own
 * @throws {CommandError} exit 3, naming the setting that differs
 */
export function resumedRunConfig(
  saved: RunConfig,
  options: Options,
  { facts }: LoadedDataset,
  file: string,
): RunConfig {
  const { values, sources } = options;
  const settings = [
    ['hidden', saved.model.sizes.slice(1, -1), values.hidden],
    ['output', saved.model.outputActivation, values.output],
    ['batchSize', saved.batchSize, values.batchSize],
    ['leafRows', saved.leafRows, values.leafRows],
    ['lr', saved.learningRate, values.lr],
    ['seed', saved.seed, values.seed],
  ] as const;
  for (const [key, was, now] of settings) {
    if (sources[key] === 'default' || String(was) === String(now)) continue;
    throw new CommandError(
      EXIT.badCheckpoint,
      `${file} belongs to a run with ${key} ${String(was)}, and this one asks for ${String(now)}: ` +
        'leave that setting out to go on, or leave --resume out to start anew',
    );
  }
  const isEndGiven = sources.epochs !== 'default' || sources.maxSteps !== 'default';
  const totalSteps = isEndGiven ? totalStepsOf(options, stepsPerEpochOf(saved)) : saved.totalSteps;
  // A run of an earlier version does not know its test rows: those it is judged on from now on are.
  const { testSha256 = saved.dataset.testSha256 } = facts.dataset;
  const dataset = { ...saved.dataset, ...(testSha256 !== undefined && { testSha256 }) };
  return parseRunConfig({ ...saved, dataset, totalSteps });
}

/** Where a run ends: at the sooner of what was given. The default of `--epochs` counts only where nothing was. */
function totalStepsOf({ values: { epochs, maxSteps }, sources }: Options, perEpoch: number): number {
  if (maxSteps !== undefined && sources.epochs === 'default') return maxSteps;
  return Math.min(epochs * perEpoch, maxSteps ?? Infinity);
}
