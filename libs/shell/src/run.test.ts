import { decodeCheckpoint } from '@lockstep/checkpoint';
import { referenceBackend } from '@lockstep/math';
import type { RunNotice } from '@lockstep/metrics';
import { joinSums, resolveOptimizer, viewOf } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { InlineEvaluator } from './evaluator.ts';
import { trainLocally } from './local-run.ts';
import { Run } from './run.ts';
import type { CheckpointStore } from './run-setup.ts';
import { smallConfig, smallData, smallRun } from './testing/small-run.ts';
import { Trainer } from './trainer.ts';

/** A run of 23 steps on a clock that advances a second a step, and what it told. */
function running(checkpointSeconds: number, checkpoints: CheckpointStore) {
  const config = smallConfig();
  const data = smallData(config);
  const trainer = new Trainer(config, data, referenceBackend);
  const notices: RunNotice[] = [];
  const run = new Run({
    trainer,
    evaluator: new InlineEvaluator(referenceBackend, { config, test: data.test }),
    checkpoints,
    term: 1,
    checkpointSeconds,
    notify: (notice) => void notices.push(notice),
    now: () => trainer.step,
  });
  const train = (checkpointEvery: number, yieldTurn = () => Promise.resolve()) =>
    trainLocally(run, { stopReason: () => undefined, now: () => trainer.step, checkpointEvery, yieldTurn });
  return { run, train, notices };
}

const inMemory = (saved: string[]): CheckpointStore => ({
  place: 'memory',
  save(step) {
    saved.push(String(step ?? 'final'));
    return Promise.resolve(String(step));
  },
});

const finish = (trainer: Trainer, steps = trainer.config.totalSteps): Trainer => {
  while (trainer.step < steps) expect(trainer.commit(trainer.compute(trainer.rootOfStep()))).toBe(true);
  return trainer;
};

describe('an optimizer', () => {
  it.each(['sgd', 'adam', 'adamw', 'nadam', 'rmsprop', 'muon'])(
    'goes on from a checkpoint with the bits of a run that was never interrupted: %s',
    async (type) => {
      const momentum = type === 'sgd' ? { momentum: 0.9 } : {};
      const optimizer = resolveOptimizer({ type, ...momentum, clipNorm: 0.5 });
      const changes = { optimizer, learningRate: 0.01 };
      const whole = finish(smallRun(changes).run.trainer);
      for (const at of [0, 1, 7]) {
        const { run, saved, config } = smallRun(changes);
        finish(run.trainer, at);
        await run.checkpoint();
        const checkpoint = decodeCheckpoint([...saved.values()][0]!);
        const again = finish(new Trainer(config, smallData(config), referenceBackend, checkpoint));
        expect(again.weightsSha256()).toBe(whole.weightsSha256());
      }
    },
  );

  it('goes on with what is frozen, and leaves it as it was', async () => {
    const changes = { optimizer: resolveOptimizer({ type: 'adam', clipNorm: 0.5 }), freeze: ['layers.0'] };
    const whole = finish(smallRun(changes).run.trainer);
    const { run, saved, config } = smallRun(changes);
    const slots = run.trainer.layout.slots.slice(0, 2);
    const before = slots.map((slot) => viewOf(run.trainer.weights, slot).slice());
    finish(run.trainer, 7);
    await run.checkpoint();
    const checkpoint = decodeCheckpoint([...saved.values()][0]!);
    const again = finish(new Trainer(config, smallData(config), referenceBackend, checkpoint));
    expect(again.weightsSha256()).toBe(whole.weightsSha256());
    expect(slots.map((slot) => viewOf(again.weights, slot))).toEqual(before);
  });

  it('changes the weights, and begins anew from weights that were given', () => {
    const changes = { learningRate: 0.01 };
    const plain = finish(smallRun(changes).run.trainer);
    const trainer = finish(smallRun({ ...changes, optimizer: resolveOptimizer('adam') }).run.trainer);
    expect(trainer.weightsSha256()).not.toBe(plain.weightsSha256());
    const { config, data, weights } = trainer;
    const given = new Trainer(config, data, referenceBackend, { weights, step: 0 });
    expect(given.optimizerState?.tensors['mean']?.every((value) => value === 0)).toBe(true);
  });

  it('keeps its state where the step diverges', () => {
    const { trainer } = smallRun({ optimizer: resolveOptimizer('adam') }).run;
    finish(trainer, 3);
    const before = trainer.optimizerState;
    const [mean, weights] = [before!.tensors['mean']!.slice(), trainer.weights.slice()];
    const gradient = new Float32Array(weights.length).fill(Infinity);
    expect(trainer.commit({ gradient, lossSum: 1 })).toBe(false);
    expect(trainer.step).toBe(3);
    expect(trainer.optimizerState).toBe(before);
    expect([trainer.optimizerState!.tensors['mean'], trainer.weights]).toEqual([mean, weights]);
  });
});

describe('a moving average of the weights', () => {
  const changes = { ema: 0.9, learningRate: 0.5 };

  it('leaves the weights as they are, and is what the run is judged by', async () => {
    const plain = await running(0, inMemory([])).train(0);
    const { notices, saved, run } = smallRun({ ema: 0.9 });
    const end = await trainLocally(run, {
      ...{ stopReason: () => undefined, now: () => 0, checkpointEvery: 0 },
      yieldTurn: () => Promise.resolve(),
    });
    expect(end).toMatchObject({
      weightsSha256: plain.weightsSha256,
      averageSha256: run.trainer.averageSha256(),
    });
    expect(plain).not.toHaveProperty('averageSha256');
    const { average, weights } = decodeCheckpoint(saved.get('final')!);
    const { config, data } = run.trainer;
    const evaluator = new InlineEvaluator(referenceBackend, { config, test: data.test });
    const lossOf = async (judged: ArrayLike<number>): Promise<number> => {
      evaluator.begin(Float32Array.from(judged), 'test');
      return joinSums(await evaluator.evaluate([0, 1, 2]), []).lossSum / data.test.rowCount;
    };
    const [ofAverage, ofWeights] = [await lossOf(average!), await lossOf(weights)];
    expect(ofAverage).not.toBe(ofWeights);
    expect(notices.find(({ type }) => type === 'finished')).toMatchObject({
      testLoss: ofAverage,
      averageSha256: end.averageSha256,
    });
    expect(notices.findLast(({ type }) => type === 'epoch')).not.toMatchObject({ testLoss: ofWeights });
  });

  it('goes on from a checkpoint with the bits of a run that was never interrupted', async () => {
    const whole = finish(smallRun(changes).run.trainer);
    for (const at of [0, 1, 7]) {
      const { run, saved, config } = smallRun(changes);
      finish(run.trainer, at);
      await run.checkpoint();
      const checkpoint = decodeCheckpoint([...saved.values()][0]!);
      const again = finish(new Trainer(config, smallData(config), referenceBackend, checkpoint));
      expect(again.weightsSha256()).toBe(whole.weightsSha256());
      expect(again.averageSha256()).toBe(whole.averageSha256());
    }
  });

  it('begins as weights that were given, and stays as it was where a step diverges', () => {
    const { config, data, weights } = finish(smallRun(changes).run.trainer);
    const given = new Trainer(config, data, referenceBackend, { weights, step: 0 });
    expect([...given.average!.values]).toEqual([...weights]);
    const before = given.averageSha256();
    expect(given.commit({ gradient: new Float32Array(weights.length).fill(Infinity), lossSum: 1 })).toBe(
      false,
    );
    expect(given.averageSha256()).toBe(before);
  });
});

describe('a training loss that does not fall', () => {
  const warned = async (changes: Parameters<typeof smallRun>[0]): Promise<number> => {
    const { run, notices } = smallRun({ totalSteps: 120, ...changes });
    await trainLocally(run, {
      ...{ stopReason: () => undefined, now: () => 0, checkpointEvery: 0 },
      yieldTurn: () => Promise.resolve(),
    });
    return notices.filter((notice) => notice.type === 'warning' && /has not fallen/.test(notice.text)).length;
  };

  it('is warned of once, unless the run begins with weights that were given', async () => {
    expect(await warned({ learningRate: 1e-9 })).toBe(1);
    expect(await warned({ learningRate: 1e-9, initialWeights: { sha256: '0'.repeat(64) } })).toBe(0);
    expect(await warned({ learningRate: 0.1 })).toBe(0);
  });
});

describe('the checkpoints of a run', () => {
  it('carry the first step in which bits disagreed, where they follow from it', async () => {
    const saved = new Map<number, number | undefined>();
    const store: CheckpointStore = {
      place: 'memory',
      save(_step, bytes) {
        const { step, disagreedAt } = decodeCheckpoint(bytes);
        saved.set(step, disagreedAt);
        return Promise.resolve(String(step));
      },
    };
    const { run, train } = running(4, store);
    await train(0, () => {
      if (run.trainer.step === 8) run.disagree(8);
      if (run.trainer.step === 14) run.disagree(14);
      return Promise.resolve();
    });
    expect([...saved]).toEqual([
      [4, undefined],
      [8, undefined],
      [12, 8],
      [16, 8],
      [20, 8],
      [23, 8],
    ]);
  });

  it('come by time beside those by steps, and once where both are due', async () => {
    const saved: string[] = [];
    await running(4, inMemory(saved)).train(0);
    expect(saved).toEqual(['4', '8', '12', '16', '20', 'final']);
    saved.length = 0;
    await running(4, inMemory(saved)).train(10);
    expect(saved).toEqual(['4', '8', '10', '14', '18', '20', 'final']);
    saved.length = 0;
    await running(0, inMemory(saved)).train(0);
    expect(saved).toEqual(['final']);
  });

  it('that cannot be written are counted, and training goes on with the same bits', async () => {
    const saved: string[] = [];
    const good = inMemory(saved);
    const full: CheckpointStore = {
      place: 'memory',
      save: (step, bytes) =>
        step !== undefined && step < 16 ? Promise.reject(new Error('no room')) : good.save(step, bytes),
    };
    const { train, notices } = running(4, full);
    const end = await train(0);
    expect(end).toEqual(await running(0, inMemory([])).train(0));
    expect(notices.filter(({ type }) => type === 'checkpoint-failed')).toEqual(
      [4, 8, 12].map((step, index) => ({
        type: 'checkpoint-failed',
        step,
        failures: index + 1,
        error: 'no room',
      })),
    );
    expect(saved).toEqual(['16', '20', 'final']);
  });

  it('do not pile up in memory when the disk is slow', async () => {
    let finish!: () => void;
    const slow = new Promise<void>((resolve) => (finish = resolve));
    const saved: string[] = [];
    const store: CheckpointStore = {
      place: 'memory',
      async save(step) {
        saved.push(String(step ?? 'final'));
        await slow;
        return '';
      },
    };
    const { run, train, notices } = running(2, store);
    const ended = train(0);
    while (run.trainer.step < 23) await Promise.resolve();
    expect(saved).toEqual(['2']);
    finish();
    await ended;
    expect(saved).toEqual(['2', '4', 'final']);
    expect(notices.filter(({ type }) => type === 'checkpoint-failed').length).toBeGreaterThan(0);
  });
});
