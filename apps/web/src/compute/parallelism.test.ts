import { describe, expect, it } from 'vitest';
import { measureParallelism, shareOf } from './parallelism.ts';

/** A machine on which `processors` compute, whatever its browser says. */
const machine =
  (processors: number, asked: number[] = []) =>
  (threads: number) => {
    asked.push(threads);
    return Promise.resolve(1e6 * Math.min(threads, processors) * (threads > processors ? 0.97 : 0.93));
  };

describe('how many processors there are', () => {
  it.each([
    [1, 1],
    [2, 2],
    [4, 4],
    [4, 2],
    [4, 1],
    [8, 3],
    [6, 6],
    [64, 2],
  ])('is measured: the browser says %i, there are %i', async (claimed, real) => {
    expect(await measureParallelism(claimed, machine(real))).toBe(real);
  });

  it('is asked of no more threads than tell something new', async () => {
    const asked: number[] = [];
    await measureParallelism(64, machine(2, asked));
    expect(asked).toEqual([1, 1, 1, 2, 4]);
  });

  it('is one where nothing could be measured', async () => {
    expect(await measureParallelism(4, () => Promise.resolve(0))).toBe(1);
  });

  it('is given by half, and never less than a thread', () => {
    expect([1, 2, 3, 4, 8].map(shareOf)).toEqual([1, 1, 1, 2, 4]);
  });
});
