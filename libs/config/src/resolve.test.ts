import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { trainOptions } from './options.ts';
import { environmentLayer, environmentName, fileLayer, resolveOptions, type OptionLayer } from './resolve.ts';

const flags = (values: Record<string, unknown>): OptionLayer => ({
  source: 'flag',
  where: 'the command line',
  values,
});
const file = (json: string): OptionLayer => fileLayer(trainOptions, json, '--config run.json');

describe('resolveOptions', () => {
  it("gives the specification's network on MNIST when nothing is said", () => {
    const { values, sources } = resolveOptions(trainOptions, []);
    expect(values).toEqual({
      dataset: 'mnist',
      model: undefined,
      hidden: [128],
      activation: 'sigmoid',
      normalisation: undefined,
      dropout: undefined,
      loss: undefined,
      output: 'linear',
      epochs: 5,
      maxSteps: undefined,
      batchSize: 64,
      accumulate: 1,
      keepBest: false,
      dryRun: false,
      findRate: false,
      seeds: [],
      freeze: [],
      leafRows: 8,
      lr: 0.05,
      seed: 1,
      host: '127.0.0.1',
      port: 7070,
      publicUrl: [],
      newToken: false,
      journalMegabytes: 256,
      minWorkers: 1,
      maxWorkers: 256,
      open: false,
      tls: undefined,
      tlsCert: undefined,
      tlsKey: undefined,
      out: undefined,
      checkpointEvery: 1000,
      checkpointMinutes: 5,
      keepCheckpoints: 3,
      resume: undefined,
      backend: 'auto',
      format: 'text',
      workers: 2,
    });
    expect(new Set(Object.values(sources))).toEqual(new Set(['default']));
  });

  it('prefers flag over environment over file over default', () => {
    const environment = environmentLayer(trainOptions, {
      LOCKSTEP_LR: '0.2',
      LOCKSTEP_SEED: '7',
      LOCKSTEP_EPOCHS: '',
    });
    const { values, sources } = resolveOptions(trainOptions, [
      flags({ lr: '0.1' }),
      environment,
      file('{"lr": 0.3, "seed": 8, "batch-size": 32, "epochs": 2}'),
    ]);
    expect(values).toMatchObject({ lr: 0.1, seed: 7, batchSize: 32, epochs: 2, leafRows: 8 });
    expect(sources).toMatchObject({
      lr: 'flag',
      seed: 'environment',
      batchSize: 'file',
      epochs: 'file',
      leafRows: 'default',
    });
  });

  it.each([
    [flags({ lr: 'abc' }), '--lr takes a number above 0, not "abc"'],
    [flags({ lr: '-1' }), '--lr takes a number above 0'],
    [flags({ lr: 'Infinity' }), '--lr takes a number above 0'],
    [flags({ batchSize: '0' }), '--batch-size takes a whole number from 1 to 65536'],
    [flags({ batchSize: '1.5' }), '--batch-size takes a whole number'],
    [flags({ leafRows: '257' }), '--leaf-rows takes a whole number from 1 to 256'],
    [flags({ hidden: '12,,3' }), '--hidden takes a comma list'],
    [
      flags({ output: 'cosh' }),
      '--output takes linear or sigmoid or tanh or relu or leaky-relu or elu or gelu or gelu-tanh or silu or softplus or hard-sigmoid, not "cosh"',
    ],
    [flags({ seed: '4294967296' }), '--seed takes a whole number from 0 to 4294967295'],
    [flags({ port: '70000' }), '--port takes a whole number from 0 to 65535'],
    [
      environmentLayer(trainOptions, { LOCKSTEP_BATCH_SIZE: 'many' }),
      'LOCKSTEP_BATCH_SIZE takes a whole number',
    ],
    [file('{"batchSize": "many"}'), 'batch-size in --config run.json takes a whole number'],
  ])('names what is wrong and where it was said: %j', (layer, text) => {
    expect(() => resolveOptions(trainOptions, [layer])).toThrowError(
      expect.objectContaining({
        name: 'ConfigError',
        code: 'bad-value',
        message: expect.stringContaining(text) as string,
      }),
    );
  });

  it('reads a list of hidden layers from text and from JSON', () => {
    const hiddenOf = (layer: OptionLayer): unknown => resolveOptions(trainOptions, [layer]).values.hidden;
    expect(hiddenOf(flags({ hidden: '33,17' }))).toEqual([33, 17]);
    expect(hiddenOf(flags({ hidden: 'none' }))).toEqual([]);
    expect(hiddenOf(file('{"hidden": [33, 17]}'))).toEqual([33, 17]);
  });

  it('lets nothing but a ConfigError out, whatever is given', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(trainOptions)), fc.anything(), (key, value) => {
        try {
          resolveOptions(trainOptions, [flags({ [key]: value })]);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});

describe('fileLayer', () => {
  it('refuses a key that is no option, and lists those there are', () => {
    expect(() => file('{"learningRate": 1}')).toThrowError(
      /"learningRate", which is no option: use dataset, model, hidden/,
    );
  });

  it.each(['', '[1]', 'null', '{', '3'])('refuses %j', (json) => {
    expect(() => file(json)).toThrowError(
      expect.objectContaining({ name: 'ConfigError', code: 'bad-value' }),
    );
  });
});

describe('environmentName', () => {
  it("follows the flag's name", () => {
    expect(environmentName('batch-size')).toBe('LOCKSTEP_BATCH_SIZE');
  });
});
