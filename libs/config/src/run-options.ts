import { defaultLearningRate, metricKinds } from '@lockstep/nn';
import { modelOptions } from './model-options.ts';
import { metricOption, metricsOption, plateauOption } from './evaluation-options.ts';
import { integerOption, positiveOption, realOrNoneOption, switchOption, textOption } from './option.ts';
import { namesOption } from './names-option.ts';
import { optimizerOptions } from './optimizer-options.ts';
import { scheduleOption } from './schedule-option.ts';
import { BOUNDS } from './worker-config.ts';

/** What the bits of a run follow from, as a user gives it. */
export const runOptions = {
  dataset: textOption<string>({
    flag: 'dataset',
    placeholder: '<mnist|DIR>',
    defaultValue: 'mnist',
    help: 'training and test data: mnist, or a folder with four IDX files named as those of MNIST; DIR/NAME where it holds several',
  }),
  ...modelOptions,
  validation: realOrNoneOption(
    {
      flag: 'validation',
      placeholder: '<part|rows>',
      defaultValue: undefined,
      help: 'training rows to hold back and judge by while training: a part below 1, or a number of rows (default: none)',
    },
    'a part below 1, or a whole number of rows',
    (given) => given > 0 && (given < 1 || Number.isInteger(given)),
  ),
  validateEvery: integerOption<number | undefined>(
    {
      flag: 'validate-every',
      placeholder: '<steps>',
      defaultValue: undefined,
      help: 'steps between two validations (default: an epoch)',
    },
    BOUNDS.totalSteps,
  ),
  metrics: metricsOption({
    flag: 'metrics',
    placeholder: '<names|JSON>',
    defaultValue: undefined,
    help: `what is shown beside loss and accuracy, a comma list or a JSON list: ${metricKinds.types.join(', ')}`,
  }),
  monitor: metricOption({
    flag: 'monitor',
    placeholder: '<loss|metric|JSON>',
    defaultValue: undefined,
    help: 'the figure of a validation that --patience, --plateau and --keep-best go by (default: loss)',
  }),
  patience: integerOption<number | undefined>(
    {
      flag: 'patience',
      placeholder: '<count>',
      defaultValue: undefined,
      help: 'end the run early when more validations than that in a row are no better than the best (default: never)',
    },
    { min: 0, max: 1_000_000 },
  ),
  keepBest: switchOption({
    flag: 'keep-best',
    help: 'keep the checkpoint of the best validation, by what --monitor names, as best.safetensors beside the final one',
  }),
  plateau: plateauOption({
    flag: 'plateau',
    placeholder: '<factor|JSON>',
    defaultValue: undefined,
    help: 'lower the learning rate when validations stay no better: its factor, or a JSON object such as {"factor": 0.1, "patience": 10, "cooldown": 0, "least": 0}',
  }),
  epochs: integerOption<number>(
    { flag: 'epochs', placeholder: '<count>', defaultValue: 5, help: 'passes over the training rows' },
    { min: 1, max: 1_000_000 },
  ),
  maxSteps: integerOption<number | undefined>(
    {
      flag: 'max-steps',
      placeholder: '<steps>',
      defaultValue: undefined,
      help: 'stop after so many steps; with --epochs at whichever is sooner',
    },
    BOUNDS.totalSteps,
  ),
  overfitBatches: integerOption<number | undefined>(
    {
      flag: 'overfit-batches',
      placeholder: '<count>',
      defaultValue: undefined,
      help: 'train on so many mini-batches only, the first ones, every epoch: what cannot learn these by heart cannot learn (default: all)',
    },
    BOUNDS.totalSteps,
  ),
  batchSize: integerOption<number>(
    {
      flag: 'batch-size',
      placeholder: '<rows>',
      defaultValue: 64,
      help: 'rows of a mini-batch, over all workers',
    },
    BOUNDS.batchSize,
  ),
  accumulate: integerOption<number>(
    {
      flag: 'accumulate',
      placeholder: '<count>',
      defaultValue: 1,
      help: 'mini-batches whose rows make one step together: with --batch-size 64, 4 is the same as --batch-size 256',
    },
    BOUNDS.batchSize,
  ),
  leafRows: integerOption<number>(
    {
      flag: 'leaf-rows',
      placeholder: '<rows>',
      defaultValue: 8,
      help: 'rows of a leaf, the smallest piece dealt to a worker; part of the result, unlike the number of workers',
    },
    BOUNDS.leafRows,
  ),
  ...optimizerOptions,
  freeze: namesOption({
    flag: 'freeze',
    placeholder: '<names>',
    help: 'layers or parameters that training leaves as they are, a comma list, again for more: layers.0, "*.bias" (lockstep summary names them)',
  }),
  lr: positiveOption({
    flag: 'lr',
    placeholder: '<rate>',
    defaultValue: defaultLearningRate(undefined),
    help: 'learning rate; with --optimizer what is usual for its kind, such as 0.001 for adam',
  }),
  schedule: scheduleOption({
    flag: 'schedule',
    placeholder: '<kind|JSON>',
    defaultValue: undefined,
    help: 'how the learning rate goes: cosine, linear, polynomial, one-cycle, or a JSON object such as {"type": "step", "every": "2 epochs", "warmUp": {"steps": 100}}',
  }),
  ema: realOrNoneOption(
    {
      flag: 'ema',
      placeholder: '<part>',
      defaultValue: undefined,
      help: 'judge the run by a moving average of its weights that keeps this part of itself in a step, such as 0.999 (default: no average)',
    },
    'a number above 0 and below 1',
    (given) => given > 0 && given < 1,
  ),
  seed: integerOption<number>(
    {
      flag: 'seed',
      placeholder: '<number>',
      defaultValue: 1,
      help: 'of the initial weights and the order of rows',
    },
    BOUNDS.seed,
  ),
};
