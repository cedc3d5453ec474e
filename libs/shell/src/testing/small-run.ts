import type { RunConfig } from '@lockstep/config';
import { madeUpConfig, type MadeUpRun } from '@lockstep/config/testing';
import type { Dataset } from '@lockstep/data';
import type { RunNotice, Timeline } from '@lockstep/metrics';
import { referenceBackend } from '@lockstep/math';
import { evaluationRowsOf, InlineEvaluator, type Evaluator } from '../evaluator.ts';
import { Run } from '../run.ts';
import type { CheckpointStore } from '../run-setup.ts';
import { Trainer, type LoadedDataset } from '../trainer.ts';

const dataset = (name: string, rowCount: number): Dataset => ({
  name,
  rows: Uint8Array.from({ length: rowCount * 6 }, (_, i) => (i * 89 + (i >> 3)) % 256),
  labels: Uint8Array.from({ length: rowCount }, (_, i) => (i * 7) % 3),
  rowCount,
  featureCount: 6,
});

/** A run small enough to be trained in milliseconds: 47 rows, mini-batches of 10, the last of an epoch of 7. */
export const smallConfig = (changes: MadeUpRun = {}): RunConfig =>
  madeUpConfig({ dataset: { trainRows: 47 }, batchSize: 10, leafRows: 2, totalSteps: 23, ...changes });

export const smallData = (config: RunConfig): LoadedDataset => ({
  train: dataset('train', 47),
  test: dataset('test', 300),
  ...(config.validation !== undefined && { validation: dataset('validation', config.validation.rows) }),
  facts: { dataset: config.dataset, standardisation: config.standardisation },
});

/** A small run that keeps its checkpoints in memory, and the notices it gives; its evaluations are made where it is called, or as told. */
export function smallRun(
  changes: MadeUpRun = {},
  timeline?: Timeline,
  ownEvaluator?: Evaluator,
): {
  readonly run: Run;
  readonly config: RunConfig;
  readonly notices: RunNotice[];
  readonly saved: Map<string, Uint8Array>;
} {
  const config = smallConfig(changes);
  const notices: RunNotice[] = [];
  const saved = new Map<string, Uint8Array>();
  const checkpoints: CheckpointStore = {
    place: 'memory',
    save(step, bytes) {
      const name = String(step ?? 'final');
      saved.set(name, bytes);
      return Promise.resolve(name);
    },
  };
  const data = smallData(config);
  const trainer = new Trainer(config, data, referenceBackend);
  const evaluator =
    ownEvaluator ?? new InlineEvaluator(referenceBackend, { config, ...evaluationRowsOf(data) });
  const notify = (notice: RunNotice): void => void notices.push(notice);
  const run = new Run({
    trainer,
    evaluator,
    checkpoints,
    term: 1,
    notify,
    now: () => 0,
    ...(timeline === undefined ? {} : { timeline }),
  });
  return { run, config, notices, saved };
}
