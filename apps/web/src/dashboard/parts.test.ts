import type { BatchPicture, WorkerPicture } from '@lockstep/metrics';
import { describe, expect, it } from 'vitest';
import { momentOf } from './batch-moment.ts';
import { judgedBy } from './judged-by.ts';
import { columnsOf } from './loss-data.ts';
import { rowsOf } from './worker-rows.ts';

const history = { steps: [10, 20, 30], at: [1000, 2000, 3000], loss: [3, 2, 1], rowsPerSecond: [1, 1, 1] };
const epochs = [{ epoch: 1, step: 20, at: 2500, testAccuracy: 0.9, testLoss: 0.5 }];
const choice = { axis: 'step', measure: 'loss', stepsPerEpoch: 20, startedAt: 0 } as const;

describe('columnsOf', () => {
  it('puts the test rows among the points, in order', () => {
    const [x, raw, , test] = columnsOf(history, epochs, choice);
    expect(x).toEqual([10, 20, 20, 30]);
    expect(raw).toEqual([3, 2, null, 1]);
    expect(test).toEqual([null, null, 0.5, null]);
  });

  it('draws against epochs and seconds too', () => {
    expect(columnsOf(history, [], { ...choice, axis: 'epoch' })[0]).toEqual([0.5, 1, 1.5]);
    expect(columnsOf(history, epochs, { ...choice, axis: 'time' })[0]).toEqual([1, 2, 2.5, 3]);
  });

  it('draws accuracies in percent', () => {
    expect(columnsOf(history, epochs, { ...choice, measure: 'accuracy' })).toEqual([
      [20],
      [null],
      [null],
      [90],
    ]);
  });
});

describe('judgedBy', () => {
  it('names the test rows, or those held back where a run holds some back', () => {
    expect(judgedBy({}).accuracy).toBe('Test accuracy');
    expect(judgedBy({ validation: { rows: 100, every: 50 } })).toEqual({
      accuracy: 'Validation accuracy',
      loss: 'Validation loss',
      rows: 'rows held back',
      first: 'with the first validation, after step 50',
    });
  });
});

describe('momentOf', () => {
  const batch: BatchPicture = {
    ...{ step: 1, leafCount: 4, totalMs: 10 },
    spans: [
      [0, 4, '1', '', 'lost', 0, 4],
      [0, 2, '2', '', 'covered', 5, 8],
      [2, 2, '3', '', 'covered', 5, 9],
    ],
  };
  const statesAt = (ms: number) =>
    momentOf(batch, ms).spans.map(([first, count, , , state]) => [first, count, state]);

  it('shows a span while it is computed, when its holder is gone, and what took its place', () => {
    expect(statesAt(3)).toEqual([[0, 4, 'leased']]);
    expect(statesAt(4)).toEqual([[0, 4, 'lost']]);
    expect(statesAt(8)).toEqual([
      [0, 2, 'covered'],
      [2, 2, 'leased'],
    ]);
  });

  it('ends with everything covered', () => {
    expect(statesAt(Infinity).every(([, , state]) => state === 'covered')).toBe(true);
  });
});

describe('rowsOf', () => {
  const worker = (id: string, name: string, changes: Partial<WorkerPicture> = {}): WorkerPicture => ({
    ...{
      id,
      name,
      kind: 'tab',
      engine: 'Chromium 156',
      backend: 'wasm',
      threads: 1,
      state: 'computing',
      slot: 0,
    },
    ...{ rows: 10, spans: 1, rowsPerSecond: 5, latencyMs: 1, lastVerdict: '', strikes: 0 },
    ...changes,
  });
  const workers = [
    worker('1', 'slow', { rowsPerSecond: 1 }),
    worker('2', 'gone', { state: 'left', rowsPerSecond: 9 }),
    worker('3', 'fast', { rowsPerSecond: 7, rows: 80 }),
  ];
  const order = { key: 'rowsPerSecond', isDescending: true } as const;

  it('sorts, those who left last', () => {
    expect(rowsOf(workers, '', order).map(({ worker: { name } }) => name)).toEqual(['fast', 'slow', 'gone']);
  });

  it('finds by name, engine and state, and shares among all', () => {
    expect(rowsOf(workers, ' FAST ', order)).toMatchObject([{ share: 0.8 }]);
    expect(rowsOf(workers, 'left', order)).toHaveLength(1);
    expect(rowsOf(workers, 'chromium', order)).toHaveLength(3);
  });
});
