import { readFileSync } from 'node:fs';
import {
  CommandError,
  EXIT,
  givenModel,
  givenOptimizer,
  modelSettings,
  parseRunConfig,
  stepsPerEpochOf,
  trainOptions,
  type CoordinatorLaunch,
  type RunConfig,
} from '@lockstep/config';
import {
  defaultLearningRate,
  resolveSchedule,
  resolveSteering,
  usualMetrics,
  type ScheduleSpec,
} from '@lockstep/nn';
import type { LoadedDataset } from '@lockstep/shell';

type Options = CoordinatorLaunch['options'];

const readText = (file: string): string => readFileSync(file, 'utf8');

/**
 * The configuration of a run that starts from nothing, or from weights that were given.
 * @throws {ConfigError}
 */
export function freshRunConfig(
  given: Options,
  { facts }: LoadedDataset,
  initialWeights?: RunConfig['initialWeights'],
): RunConfig {
  const options = given.values;
  const batchSize = rowsOfStep(options);
  const validation = validationOf(given, facts.dataset.trainRows);
  const learned = facts.dataset.trainRows - (validation?.rows ?? 0);
  const { overfitBatches } = options;
  const dataset = {
    ...facts.dataset,
    trainRows: Math.min(learned, (overfitBatches ?? Infinity) * batchSize),
  };
  const optimizer = givenOptimizer(options);
  const stepsPerEpoch = stepsPerEpochOf({ dataset, batchSize });
  const totalSteps = totalStepsOf(given, stepsPerEpoch);
  return parseRunConfig({
    contract: 'exact-2',
    ...facts,
    dataset,
    model: givenModel(given, dataset, readText),
    batchSize,
    leafRows: options.leafRows,
    learningRate: given.sources.lr === 'default' ? defaultLearningRate(optimizer) : options.lr,
    ...(optimizer !== undefined && { optimizer }),
    ...(options.freeze.length > 0 && { freeze: options.freeze }),
    ...(options.schedule !== undefined && {
      schedule: resolveSchedule(options.schedule, { stepsPerEpoch, steps: totalSteps }),
    }),
    ...(options.ema !== undefined && { ema: options.ema }),
    ...(overfitBatches !== undefined && { overfitBatches }),
    seed: options.seed,
    totalSteps,
    ...(validation !== undefined && {
      validation: { rows: validation.rows, every: options.validateEvery ?? stepsPerEpoch },
    }),
    ...metricsOf(options, dataset.target),
    ...steeringOf(given),
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
    ...modelSettings(saved, options, readText),
    ['leafRows', saved.leafRows, values.leafRows],
    ['lr', saved.learningRate, values.lr],
    ['optimizer', JSON.stringify(saved.optimizer), JSON.stringify(givenOptimizer(values, saved.optimizer))],
    ['weightDecay', saved.optimizer?.weightDecay, values.weightDecay],
    ['momentum', saved.optimizer?.['momentum'] as number | undefined, values.momentum],
    ['clipValue', saved.optimizer?.clipValue, values.clipValue],
    ['clipNorm', saved.optimizer?.clipNorm, values.clipNorm],
    ['schedule', JSON.stringify(saved.schedule), JSON.stringify(sameScheduleOr(saved, values.schedule))],
    ['freeze', saved.freeze?.join(), values.freeze.join() || undefined],
    ['ema', saved.ema, values.ema],
    ['overfitBatches', saved.overfitBatches, values.overfitBatches],
    ['seed', saved.seed, values.seed],
    ...evaluationSettings(saved, options, facts.dataset.trainRows),
  ] as const;
  refuseOtherSteps(saved, options, file);
  for (const [key, was, now] of settings) {
    if (sources[key] === 'default' || String(was) === String(now)) continue;
    throw new CommandError(
      EXIT.badCheckpoint,
      `${file} belongs to a run with ${key} ${String(was ?? 'none')}, and this one asks for ${String(now ?? 'none')}: ` +
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

/** What is shown: what was asked for, else what rows of that sort are usually judged by beside loss and accuracy. */
function metricsOf(
  { metrics }: Options['values'],
  target: RunConfig['dataset']['target'],
): Pick<RunConfig, 'metrics'> {
  if (metrics !== undefined) return { metrics };
  return target === undefined ? {} : { metrics: usualMetrics(target) };
}

/** Rows to hold back. @throws {CommandError} exit 2 where nothing would be left to learn from, or something is asked of rows that are not held back */
function validationOf(
  { values, sources }: Options,
  trainRows: number,
): { readonly rows: number } | undefined {
  const { validation } = values;
  if (validation === undefined) {
    const asked = (['validateEvery', 'monitor', 'patience', 'plateau', 'keepBest'] as const).find(
      (key) => sources[key] !== 'default' && values[key] !== false,
    );
    if (asked === undefined) return undefined;
    const { flag } = trainOptions[asked];
    throw new CommandError(
      EXIT.usage,
      `--${flag} goes by rows that are held back: say how many, such as --validation 0.1`,
    );
  }
  const rows = validation < 1 ? Math.max(1, Math.round(validation * trainRows)) : validation;
  if (rows < trainRows) return { rows };
  throw new CommandError(
    EXIT.usage,
    `--validation ${validation} holds ${rows} of ${trainRows} training rows back: leave at least one to learn from`,
  );
}

/** What evaluations decide; nothing where nothing was asked for. */
function steeringOf({
  values: { monitor, patience, plateau, keepBest },
}: Options): Pick<RunConfig, 'steering'> {
  if ([monitor, patience, plateau].every((given) => given === undefined) && !keepBest) return {};
  const given = {
    ...(monitor !== undefined && { monitor }),
    ...(patience !== undefined && { patience }),
    ...(plateau !== undefined && { plateau }),
    ...(keepBest && { keepBest }),
  };
  return { steering: resolveSteering(given) };
}

/**
 * The schedule that was given, with the lengths of the saved one where none are said: it has a length of its own, so that a run whose end
 * moves keeps the rates that it had.
 */
function sameScheduleOr(saved: RunConfig, given: Options['values']['schedule']): ScheduleSpec | undefined {
  if (given === undefined) return undefined;
  const { schedule } = saved;
  const steps = schedule !== undefined && 'steps' in schedule ? schedule.steps : saved.totalSteps;
  return resolveSchedule(given, {
    stepsPerEpoch: stepsPerEpochOf(saved),
    steps: steps + (schedule?.warmUp?.steps ?? 0),
  });
}

/** Mini-batches that are accumulated are one of all their rows: one tree of leaves, one step (contract, section 3). */
const rowsOfStep = ({ batchSize, accumulate }: Options['values']): number => batchSize * accumulate;

/** @throws {CommandError} exit 3 where the settings that make a step's rows give another number than the run has, naming those that were given */
function refuseOtherSteps(saved: RunConfig, { values, sources }: Options, file: string): void {
  const given = (['batchSize', 'accumulate'] as const).filter((key) => sources[key] !== 'default');
  const now = rowsOfStep(values);
  if (given.length === 0 || now === saved.batchSize) return;
  const flags = given.map((key) => (key === 'batchSize' ? '--batch-size' : '--accumulate')).join(' and ');
  throw new CommandError(
    EXIT.badCheckpoint,
    `${file} belongs to a run with steps of ${saved.batchSize} rows, and ${flags} ask${given.length === 1 ? 's' : ''} for ` +
      `${values.accumulate} x ${values.batchSize} = ${now}: leave ${given.length === 1 ? 'it' : 'them'} out to go on, or leave --resume out to start anew`,
  );
}

/** Where a run ends: at the sooner of what was given. The default of `--epochs` counts only where nothing was. */
function totalStepsOf({ values: { epochs, maxSteps }, sources }: Options, perEpoch: number): number {
  if (maxSteps !== undefined && sources.epochs === 'default') return maxSteps;
  return Math.min(epochs * perEpoch, maxSteps ?? Infinity);
}

/** What is held back, shown and decided: of the saved run, and as the flags beside `--resume` ask for it. */
function evaluationSettings(
  { validation, metrics, steering }: RunConfig,
  { values }: Options,
  trainRows: number,
): readonly (readonly [
  keyof Options['sources'],
  string | number | boolean | undefined,
  string | number | boolean | undefined,
])[] {
  const { validation: asked = 0 } = values;
  return [
    ['validation', validation?.rows, asked < 1 ? Math.round(asked * trainRows) : asked],
    ['validateEvery', validation?.every, values.validateEvery],
    ['metrics', JSON.stringify(metrics), JSON.stringify(values.metrics)],
    ['monitor', JSON.stringify(steering?.monitor ?? 'loss'), JSON.stringify(values.monitor)],
    ['patience', steering?.patience, values.patience],
    ['plateau', JSON.stringify(steering?.plateau), JSON.stringify(values.plateau)],
    ['keepBest', steering?.keepBest ?? false, values.keepBest],
  ];
}
