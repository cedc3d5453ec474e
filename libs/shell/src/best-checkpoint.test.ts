import { decodeCheckpoint } from '@lockstep/checkpoint';
import { madeUpConfig } from '@lockstep/config/testing';
import { referenceBackend } from '@lockstep/math';
import type { RunNotice } from '@lockstep/metrics';
import { resolveSteering } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import type { Evaluator } from './evaluator.ts';
import { trainLocally } from './local-run.ts';
import { Run } from './run.ts';
import type { CheckpointStore, RunEnd } from './run-setup.ts';
import { smallConfig, smallData } from './testing/small-run.ts';
import { Trainer } from './trainer.ts';

const config = smallConfig({
  validation: { rows: 31, every: 2 },
  steering: resolveSteering({ keepBest: true }),
  totalSteps: 12,
});

/** A folder in memory, whose best checkpoint cannot be written so many times. */
class Folder implements CheckpointStore {
  readonly place = 'memory';
  readonly files = new Map<string, Uint8Array>();
  best: string | undefined;
  failures = 0;

  save(step: number | undefined, bytes: Uint8Array): Promise<string> {
    this.files.set(String(step ?? 'final'), bytes);
    return Promise.resolve(String(step ?? 'final'));
  }

  saveBest(bytes: Uint8Array): Promise<string> {
    if (this.failures-- > 0) return Promise.reject(new Error('no room'));
    this.files.set('best', bytes);
    this.best = 'best';
    return Promise.resolve('best');
  }
}

/** Trains on `folder`, from a checkpoint there or from nothing, with these losses at steps 2, 4, 6, ... */
async function train(
  folder: Folder,
  losses: readonly number[],
  { from, stopAt }: { readonly from?: number; readonly stopAt?: number } = {},
): Promise<{ readonly end: RunEnd; readonly notices: readonly RunNotice[] }> {
  const { test } = smallData(config);
  // A mean over so many rows is exact.
  const validation = { ...test, rowCount: 256, labels: test.labels.subarray(0, 256) };
  const data = { ...smallData(config), validation };
  const checkpoint = from === undefined ? undefined : decodeCheckpoint(folder.files.get(String(from))!);
  const trainer = new Trainer(config, data, referenceBackend, checkpoint);
  const evaluator: Evaluator = {
    begin: () => undefined,
    evaluate: (parts) => {
      const loss = losses[trainer.step / 2 - 1] ?? 9;
      return Promise.resolve(
        parts.map(() => ({ lossSum: 128 * loss, tallies: [Float64Array.of(0, 128), new Float64Array(9)] })),
      );
    },
    judge: () => Promise.reject(new Error('nobody helps')),
    close: () => undefined,
  };
  const notices: RunNotice[] = [];
  const run = new Run({
    ...{ trainer, evaluator, checkpoints: folder, term: 1 },
    notify: (notice) => void notices.push(notice),
    now: () => 2 * trainer.step,
  });
  const end = await trainLocally(run, {
    stopReason: () => (trainer.step === stopAt ? 'told to' : undefined),
    now: () => trainer.step,
    checkpointEvery: 3,
    yieldTurn: () => Promise.resolve(),
  });
  return { end, notices };
}

const stepOfBest = (folder: Folder): number => decodeCheckpoint(folder.files.get('best')!).step;
const bestOf = (notices: readonly RunNotice[]): unknown =>
  notices.flatMap((notice) => (notice.type === 'finished' ? [notice.best] : []))[0];

describe('the checkpoint of the best evaluation', () => {
  it('has the weights that were judged best, and is said at the end', async () => {
    const folder = new Folder();
    const { notices } = await train(folder, [NaN, 3, 1, 1, 2]);
    expect(stepOfBest(folder)).toBe(6);
    const { reason, weights, steering } = decodeCheckpoint(folder.files.get('best')!);
    expect([reason, steering?.kept]).toEqual(['best', { step: 6, figure: 1 }]);
    expect([...weights]).toEqual([...decodeCheckpoint(folder.files.get('6')!).weights]);
    expect(bestOf(notices)).toEqual({ step: 6, figure: 1, monitor: 'loss', file: 'best' });
    expect(notices.filter(({ type }) => type === 'best')).toMatchObject([{ step: 4 }, { step: 6 }]);
  });

  it('is the same where the run was interrupted, before or after it', async () => {
    const losses = [5, 3, 2, 4, 3, 2];
    const whole = new Folder();
    await train(whole, losses);
    for (const from of [3, 6, 9]) {
      const folder = new Folder();
      await train(folder, losses, { stopAt: from + 2 });
      const again = await train(folder, losses, { from });
      expect(bestOf(again.notices)).toEqual({ step: 6, figure: 2, monitor: 'loss', file: 'best' });
      expect(folder.files.get('best')).toEqual(whole.files.get('best'));
    }
  });

  it('that cannot be written is told, and tried again at the next checkpoint and at the end', async () => {
    const folder = new Folder();
    folder.failures = 2;
    const { end, notices } = await train(folder, [5, 3, 4, 4, 4, 4]);
    expect(end.type).toBe('completed');
    expect(notices.filter(({ type }) => type === 'checkpoint-failed')).toMatchObject([
      { step: 2, failures: 1, error: 'no room' },
      { step: 2, failures: 2 },
    ]);
    expect(stepOfBest(folder)).toBe(4);
    const full = new Folder();
    full.failures = Infinity;
    expect(bestOf((await train(full, [5, 3])).notices)).toMatchObject({ step: 4, file: null });
  });

  it('is not there where nobody asked for it', () => {
    expect(madeUpConfig()).not.toHaveProperty('steering');
  });
});
