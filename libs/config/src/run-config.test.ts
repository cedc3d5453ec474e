import { perceptronModel, resolveLoss } from '@lockstep/nn';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError, describeFailure, EXIT, exitOnSignal } from './command-error.ts';
import { ConfigError } from './config-error.ts';
import { parseRunConfig, parseRunConfigJson, workerConfigOf, type RunConfig } from './run-config.ts';
import { parseWorkerConfigJson } from './worker-config.ts';
import { stepsPerEpochOf } from './steps-per-epoch.ts';
import { madeUpConfig } from './testing/made-up-config.ts';

const config: RunConfig = {
  contract: 'exact-2',
  dataset: { name: 'mnist', sha256: 'a'.repeat(64), trainRows: 60_000, featureCount: 784, classCount: 10 },
  standardisation: { mean: 0.1307, deviation: 0.3081 },
  model: perceptronModel({ sizes: [784, 128, 10] }),
  batchSize: 64,
  leafRows: 8,
  learningRate: 0.05,
  seed: 1,
  totalSteps: 4690,
};

describe('parseRunConfig', () => {
  it('gives back what was written as JSON', () => {
    expect(parseRunConfigJson(JSON.stringify(config))).toEqual(config);
  });

  it('reads a model as it was written before models were lists of layers', () => {
    const old = { hiddenActivation: 'sigmoid', outputActivation: 'linear', loss: 'squared-error' };
    expect(parseRunConfig({ ...config, model: { sizes: [784, 128, 10], ...old } })).toEqual(config);
  });

  it('reads a run of the contract that this one contains', () => {
    expect(parseRunConfig({ ...config, contract: 'exact-1' })).toEqual(config);
  });

  it.each([
    ['an unknown field', { ...config, extra: 1 }],
    ['another contract', { ...config, contract: 'exact-3' }],
    ['a leaf of 257 rows', { ...config, leafRows: 257 }],
    ['a learning rate of 0', { ...config, learningRate: 0 }],
    [
      'a momentum that moves where the optimizer has none',
      {
        ...config,
        schedule: {
          type: 'one-cycle',
          steps: 10,
          peakAt: 0.3,
          startDivisor: 25,
          endDivisor: 100,
          momentum: {},
        },
      },
    ],
    ['a schedule without an end', { ...config, schedule: { type: 'cosine', to: 0 } }],
    ['no learning rate', { ...config, learningRate: undefined }],
    ['a negative seed', { ...config, seed: -1 }],
    ['half a step', { ...config, totalSteps: 0.5 }],
    ['an average that is the weights', { ...config, ema: 0 }],
    ['an average that never moves', { ...config, ema: 1 }],
    ['a deviation of 0', { ...config, standardisation: { mean: 0, deviation: 0 } }],
    ['more outputs than classes', { ...config, model: perceptronModel({ sizes: [784, 11] }) }],
    ['a model without layers', { ...config, model: { ...config.model, layers: [] } }],
  ])('refuses %s', (_what, value) => {
    expect(() => parseRunConfig(value)).toThrowError(
      expect.objectContaining({ name: 'ConfigError', code: 'bad-config' }),
    );
  });

  it('lets nothing but a ConfigError out, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
        expect(() => parseRunConfigJson(json)).toThrowError(ConfigError);
      }),
    );
  });
});

describe('what a worker is told', () => {
  it('has the names in full of what is frozen, and nothing where nothing is', () => {
    const told = workerConfigOf({ ...config, freeze: ['*.bias'] });
    expect(told.freeze).toEqual(['layers.0.bias', 'layers.1.bias']);
    expect(parseWorkerConfigJson(JSON.stringify(told))).toEqual(told);
    expect(workerConfigOf(config)).not.toHaveProperty('freeze');
  });

  it('leaves something to learn', () => {
    const freeze = ['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias'];
    expect(() => parseWorkerConfigJson(JSON.stringify({ ...config, freeze }))).toThrowError(
      /freeze: every parameter is frozen/,
    );
  });
});

describe('stepsPerEpochOf', () => {
  it('counts the short last mini-batch', () => {
    expect(stepsPerEpochOf(config)).toBe(938);
    expect(stepsPerEpochOf({ ...config, batchSize: 60_000 })).toBe(1);
  });
});

describe('describeFailure', () => {
  it('gives errors for people as one sentence, with their exit status', () => {
    const refused = new CommandError(EXIT.refused, 'not this version');
    expect(describeFailure(refused)).toEqual({ exitCode: 4, text: 'lockstep: not this version' });
    expect(describeFailure(new ConfigError('bad-value', '--lr is odd'))).toEqual({
      exitCode: 2,
      text: 'lockstep: --lr is odd',
    });
  });

  it('knows the statuses of signals, and no status that is none', () => {
    expect(exitOnSignal(15)).toBe(143);
    const text = 'told to end';
    expect(describeFailure(new CommandError(exitOnSignal(1), text)).exitCode).toBe(129);
    expect(describeFailure(new CommandError(EXIT.unsaved, text)).exitCode).toBe(6);
    expect(describeFailure(new CommandError(exitOnSignal(200), text)).text).toMatch(/unexpected/);
  });

  it('keeps the stack of a defect', () => {
    const { exitCode, text } = describeFailure(new TypeError('x is not a function'));
    expect(exitCode).toBe(1);
    expect(text).toMatch(/unexpected TypeError: x is not a function\n\s+at /);
  });
});

describe('what rows are to come to', () => {
  const configOf = (
    target: 'labels' | 'numbers' | undefined,
    loss: unknown,
    more: object = {},
  ): RunConfig => {
    const { dataset, ...others } = madeUpConfig();
    const model = { ...others.model, loss: resolveLoss(loss) };
    return parseRunConfig({ ...others, model, dataset: { ...dataset, ...(target && { target }) }, ...more });
  };

  it.each([
    ['labels', 'binary-cross-entropy'],
    ['labels', 'mse'],
    ['numbers', 'squared-error'],
    ['numbers', 'huber'],
    ['numbers', 'mae'],
    [undefined, 'mse'],
    [undefined, 'cross-entropy'],
  ] as const)('%s suits %s, and workers are told of it', (target, loss) => {
    const config = configOf(target, loss);
    expect(config.dataset.target).toBe(target);
    expect(parseWorkerConfigJson(JSON.stringify(workerConfigOf(config))).dataset.target).toBe(target);
  });

  it.each([
    [
      'labels',
      'cross-entropy',
      /model\.loss: cross-entropy expects a class for each row, and the data has labels .*: take --loss squared-error or .*binary-cross-entropy, or/,
    ],
    [
      'numbers',
      'kl',
      /kl expects a class for each row, and the data has numbers .*: take --loss squared-error or mse or mae or huber, or/,
    ],
    [
      'numbers',
      'binary-cross-entropy',
      /binary-cross-entropy expects labels of 0 and 1, or classes, and the data has numbers/,
    ],
  ] as const)('%s does not suit %s, which is refused with those that would', (target, loss, message) => {
    expect(() => configOf(target, loss)).toThrowError(message);
  });

  it('is not what every metric judges', () => {
    expect(() => configOf('numbers', 'mse', { metrics: ['mae', 'f1'] })).toThrowError(
      /metrics\.1: f1 judges classes and labels, and the data has numbers: take mae, rmse, r2/,
    );
    expect(() => configOf('labels', 'mse', { metrics: ['top-k'] })).toThrowError(/top-k judges classes, /);
    expect(() => configOf(undefined, 'mse', { metrics: ['binary-accuracy'] })).toThrowError(
      /judges labels, /,
    );
    const steering = { monitor: 'accuracy', patience: 3 };
    expect(() => configOf('numbers', 'mse', { steering })).toThrowError(/steering\.monitor: accuracy judges/);
  });
});
