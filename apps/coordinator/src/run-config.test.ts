import { resolveOptions, trainOptions, type RunConfig } from '@lockstep/config';
import type { LoadedDataset } from '@lockstep/shell';
import { describe, expect, it } from 'vitest';
import { freshRunConfig, resumedRunConfig } from './run-config.ts';

const dataset = { name: 'small', sha256: '0'.repeat(64), trainRows: 1000, featureCount: 4, classCount: 3 };
const data = { facts: { dataset, standardisation: { mean: 0, deviation: 1 } } } as LoadedDataset;

const optionsOf = (given: Record<string, unknown>): ReturnType<typeof resolveOptions<typeof trainOptions>> =>
  resolveOptions(trainOptions, [{ source: 'flag', where: 'flags', values: given }]);

/** 10 steps an epoch. */
const fresh = (given: Record<string, unknown>): RunConfig =>
  freshRunConfig(optionsOf({ batchSize: 100, ...given }), data);

describe("a run's optimizer", () => {
  it('is not there where it is plain gradient descent: the configuration is that of earlier versions', () => {
    expect(fresh({})).not.toHaveProperty('optimizer');
    expect(fresh({ optimizer: 'sgd' })).toEqual(fresh({}));
  });

  it('is kept with all its settings, those of the other flags among them, and has a learning rate of its own', () => {
    expect(fresh({ optimizer: 'adam', clipNorm: 1, weightDecay: '0.1' })).toMatchObject({
      learningRate: 0.001,
      optimizer: { type: 'adam', beta1: 0.9, amsgrad: false, weightDecay: 0.1, clipNorm: 1 },
    });
    expect(fresh({ momentum: 0.9 })).toMatchObject({ learningRate: 0.05, optimizer: { momentum: 0.9 } });
    expect(fresh({ optimizer: 'adam', lr: 0.05 }).learningRate).toBe(0.05);
  });

  it.each([
    [{}, {}],
    [{ optimizer: 'adam' }, {}],
    [{ optimizer: 'adam' }, { optimizer: { type: 'adam', beta1: 0.9 } }],
    [
      { optimizer: 'sgd', momentum: 0.9, clipValue: 2 },
      { optimizer: 'sgd', momentum: 0.9, clipValue: 2 },
    ],
    [{ optimizer: 'sgd', momentum: 0.9 }, { momentum: 0.9 }],
    [{}, { optimizer: 'sgd' }],
  ])('stays when a run of %j goes on with %j', (was, now) => {
    const saved = fresh(was);
    expect(resumedRunConfig(saved, optionsOf(now), data, 'file')).toEqual(saved);
  });

  it.each([
    [{}, { optimizer: 'adam' }, /optimizer none, and this one asks for \{"type":"adam"/],
    [{ optimizer: 'adam' }, { optimizer: 'sgd' }, /optimizer \{"type":"adam".*asks for none/],
    [{ optimizer: 'adam' }, { weightDecay: 0.1 }, /weightDecay 0, and this one asks for 0\.1/],
    [{ momentum: 0.9 }, { momentum: 0.5 }, /momentum 0\.9, and this one asks for 0\.5/],
    [{}, { clipNorm: 2 }, /clipNorm none, and this one asks for 2/],
  ])('cannot change from %j to %j', (was, now, words) => {
    expect(() => resumedRunConfig(fresh(was), optionsOf(now), data, 'file')).toThrowError(words);
  });

  it.each([
    [{ optimizer: 'adm' }, /--optimizer takes .*optimizer\.type: expected one of sgd, adam/],
    [{ optimizer: '{"type": "adam"' }, /which is no JSON/],
    [{ optimizer: 'adam', momentum: 0.9 }, /optimizer\.momentum: there is no such field/],
    [{ optimizer: { type: 'adamw', groups: [{ match: '*.gain' }] } }, /"\*\.gain" fits no parameter/],
    [{ clipNorm: 0 }, /--clip-norm takes a number above 0/],
  ])('that is none is refused before anything else: %j', (given, words) => {
    expect(() => fresh(given)).toThrowError(words);
  });
});

describe('mini-batches that are accumulated', () => {
  it('are one of all their rows', () => {
    expect(fresh({ batchSize: 25, accumulate: 4 })).toEqual(fresh({ batchSize: 100 }));
    const saved = fresh({ batchSize: 100 });
    const again = optionsOf({ batchSize: 25, accumulate: 4 });
    expect(resumedRunConfig(saved, again, data, 'file')).toEqual(saved);
    expect(() => resumedRunConfig(saved, optionsOf({ accumulate: 2 }), data, 'file')).toThrowError(
      /steps of 100 rows, and --accumulate asks for 2 x 64 = 128: leave it out/,
    );
    const both = optionsOf({ batchSize: 10, accumulate: 2 });
    expect(() => resumedRunConfig(saved, both, data, 'file')).toThrowError(
      /steps of 100 rows, and --batch-size and --accumulate ask for 2 x 10 = 20: leave them out/,
    );
    expect(() => fresh({ batchSize: 1000, accumulate: 100 })).toThrowError(/batchSize/);
  });
});

describe('the moving average of the weights', () => {
  it('is part of the configuration where it is asked for, and stays as it is', () => {
    expect(fresh({})).not.toHaveProperty('ema');
    const saved = fresh({ ema: '0.999' });
    expect(saved.ema).toBe(0.999);
    for (const again of [{}, { ema: 0.999 }]) {
      expect(resumedRunConfig(saved, optionsOf(again), data, 'file')).toEqual(saved);
    }
    expect(() => resumedRunConfig(saved, optionsOf({ ema: 0.99 }), data, 'file')).toThrowError(
      /ema 0\.999, and this one asks for 0\.99/,
    );
    expect(() => resumedRunConfig(fresh({}), optionsOf({ ema: 0.99 }), data, 'file')).toThrowError(
      /ema none, and this one asks for 0\.99/,
    );
    expect(() => fresh({ ema: 1 })).toThrowError(/--ema takes a number above 0 and below 1/);
  });
});

describe("a run's schedule", () => {
  it('is not there unless it is given: the configuration is that of earlier versions', () => {
    expect(fresh({})).not.toHaveProperty('schedule');
  });

  it('is kept with all its lengths in steps', () => {
    expect(fresh({ epochs: 3, schedule: 'cosine' }).schedule).toEqual({ type: 'cosine', steps: 30, to: 0 });
    expect(fresh({ schedule: '{"type": "step", "every": "2 epochs"}' }).schedule).toEqual({
      ...{ type: 'step', every: 20, factor: 0.1 },
    });
  });

  it('stays as it was when a run goes on to another end, whether it is given again or not', () => {
    const saved = fresh({ epochs: 3, schedule: { type: 'cosine', warmUp: { steps: 5 } } });
    for (const again of [{}, { schedule: { type: 'cosine', warmUp: { steps: 5 } } }]) {
      const resumed = resumedRunConfig(saved, optionsOf({ epochs: 8, ...again }), data, 'file');
      expect(resumed.totalSteps).toBe(80);
      expect(resumed.schedule).toEqual(saved.schedule);
    }
  });

  it.each([
    [undefined, 'linear', /schedule none, and this one asks for \{"type":"linear"/],
    ['cosine', 'linear', /schedule \{"type":"cosine".*asks for \{"type":"linear"/],
    ['cosine', { type: 'cosine', to: 0.5 }, /schedule \{"type":"cosine".*"to":0\.5/],
  ])('cannot change from %j to %j', (was, now, words) => {
    const saved = fresh(was === undefined ? {} : { schedule: was });
    expect(() => resumedRunConfig(saved, optionsOf({ schedule: now }), data, 'file')).toThrowError(words);
  });

  it('that is none is refused before anything else, with the place in it', () => {
    expect(() => fresh({ schedule: 'cosin' })).toThrowError(/schedule\.type: expected one of constant, step/);
    expect(() => fresh({ schedule: '{"type": "step"' })).toThrowError(/which is no JSON/);
    expect(() => fresh({ schedule: { type: 'step', every: 3, gamma: 1 } })).toThrowError(/schedule\.gamma/);
  });
});

describe('the checkpoint of the best validation', () => {
  it('is kept where rows are held back and it is asked for, and stays so', () => {
    expect(() => fresh({ keepBest: true })).toThrowError(/--keep-best goes by rows that are held back/);
    expect(fresh({ keepBest: 'false' })).not.toHaveProperty('steering');
    const saved = fresh({ keepBest: true, validation: 0.1 });
    expect(saved.steering).toEqual({ threshold: 1e-4, keepBest: true });
    expect(resumedRunConfig(saved, optionsOf({ keepBest: true }), data, 'file')).toEqual(saved);
    const without = fresh({ validation: 0.1 });
    expect(() => resumedRunConfig(without, optionsOf({ keepBest: true }), data, 'file')).toThrowError(
      /keepBest false, and this one asks for true/,
    );
  });
});

describe('what is frozen', () => {
  it('is part of the configuration, and stays', () => {
    expect(fresh({})).not.toHaveProperty('freeze');
    const saved = fresh({ freeze: ['layers.0,*.bias', 'layers.0'] });
    expect(saved.freeze).toEqual(['layers.0', '*.bias']);
    expect(resumedRunConfig(saved, optionsOf({ freeze: 'layers.0,*.bias' }), data, 'file')).toEqual(saved);
    expect(() => resumedRunConfig(saved, optionsOf({ freeze: 'layers.1' }), data, 'file')).toThrowError(
      /freeze layers\.0,\*\.bias, and this one asks for layers\.1/,
    );
    expect(() => fresh({ freeze: 'layer.0' })).toThrowError(
      /what is frozen does not fit the model: .*"layer\.0" is no layer and no parameter; there are layers\.0,/,
    );
    expect(() => fresh({ freeze: 'a,,b' })).toThrowError(/--freeze takes names, a comma list/);
  });
});

describe('a run on its first mini-batches', () => {
  it('has epochs of so many steps, and stays so', () => {
    const saved = fresh({ overfitBatches: 3, epochs: 2, validation: 50 });
    expect(saved).toMatchObject({ overfitBatches: 3, totalSteps: 6, dataset: { trainRows: 300 } });
    expect(fresh({ overfitBatches: 99, validation: 50 }).dataset.trainRows).toBe(950);
    expect(resumedRunConfig(saved, optionsOf({ epochs: 3 }), data, 'file').totalSteps).toBe(9);
    expect(() => resumedRunConfig(saved, optionsOf({ overfitBatches: 4 }), data, 'file')).toThrowError(
      /overfitBatches 3, and this one asks for 4/,
    );
  });
});

describe('what is shown of a run', () => {
  it('is what rows of its sort are usually judged by where nothing was asked for', () => {
    const shown = (target: 'labels' | 'numbers' | undefined, metrics?: string): unknown =>
      freshRunConfig(optionsOf({ batchSize: 100, ...(metrics && { metrics }) }), {
        ...data,
        facts: { ...data.facts, dataset: { ...dataset, ...(target && { target }) } },
      }).metrics?.map(({ type }) => type);
    expect(shown(undefined)).toBeUndefined();
    expect(shown('labels')).toEqual(['binary-accuracy', 'f1', 'roc-auc']);
    expect(shown('numbers')).toEqual(['mae', 'rmse', 'r2']);
    expect(shown('numbers', 'r2')).toEqual(['r2']);
  });
});
