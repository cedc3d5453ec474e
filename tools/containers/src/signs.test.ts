import { describe, expect, it } from 'vitest';
import { coordinatorIsBack, workerIsBack } from './signs.ts';

const joined = { type: 'worker-joined', workers: 2 };
const left = { type: 'worker-left', workers: 1 };
const checkpoint = (step: number) => ({ type: 'checkpoint', step });

describe('workerIsBack', () => {
  const before = [{ type: 'started' }, left, joined];

  it('sees a worker that left and one that joined behind it', () => {
    expect(workerIsBack.isThere([...before, left, checkpoint(9), joined], before)).toBe(true);
  });

  it.each([
    ['nothing yet but checkpoints', [checkpoint(9)]],
    ['a worker that only left', [left]],
    ['a worker that joined before one left', [joined, left]],
  ])('waits at %s', (_what, since) => {
    expect(workerIsBack.isThere([...before, ...since], before)).toBe(false);
  });
});

describe('coordinatorIsBack', () => {
  const before = [{ type: 'started' }, joined, checkpoint(100)];
  const resumed = (step: number) => ({ type: 'started', resumedFrom: 'step.safetensors', step });

  it('sees a start at the last checkpoint or behind it', () => {
    expect(coordinatorIsBack.isThere([...before, checkpoint(200), resumed(200)], before)).toBe(true);
  });

  it.each([
    ['none yet', []],
    ['a start from nothing', [{ type: 'started', step: 0 }]],
    ['a start at a step before', [resumed(99)]],
  ])('waits at %s', (_what, since) => {
    expect(coordinatorIsBack.isThere([...before, ...since], before)).toBe(false);
  });
});
