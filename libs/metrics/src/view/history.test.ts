import { describe, expect, it } from 'vitest';
import { History } from './history.ts';

describe('History', () => {
  it('keeps a bounded number of points of a run however long it is, up to its newest steps', () => {
    const history = new History();
    for (let step = 1; step <= 100_000; step++) history.add(step, 64, 1 / step, step);
    expect(history.length).toBeLessThan(1200);
    expect(history.length).toBeGreaterThan(500);
    const { steps, loss } = history.columns();
    expect(steps.at(-1)).toBeGreaterThan(99_800);
    expect(loss[0]).toBeGreaterThan(loss.at(-1)!);
    expect(history.version).toBe(7);
  });

  it('gives the mean over the rows of the steps a point stands for', () => {
    const history = new History();
    for (let step = 1; step <= 1200; step++) history.add(step, 64, step % 2, step);
    expect(history.columns(0).loss.slice(0, 3)).toEqual([0.5, 0.5, 0.5]);
  });

  it('gives the points from a number on', () => {
    const history = new History();
    for (let step = 1; step <= 5; step++) history.add(step, 64, step, 1000 * step);
    expect(history.columns(3)).toEqual({
      steps: [4, 5],
      at: [4000, 5000],
      loss: [4, 5],
      rowsPerSecond: [64, 64],
    });
  });
});
