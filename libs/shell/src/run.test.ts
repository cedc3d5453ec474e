import { referenceBackend } from '@lockstep/math';
import type { RunNotice } from '@lockstep/metrics';
import { describe, expect, it } from 'vitest';
import { InlineEvaluator } from './evaluator.ts';
import { trainLocally } from './local-run.ts';
import { Run, type CheckpointStore } from './run.ts';
import { smallConfig, smallData } from './testing/small-run.ts';
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

describe('the checkpoints of a run', () => {
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
