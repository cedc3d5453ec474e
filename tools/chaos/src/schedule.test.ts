import { describe, expect, it } from 'vitest';
import { runJobs, type Job } from './schedule.ts';

/** Jobs that take a turn of the event loop each, and what ran beside what. */
function jobsOf(loads: readonly number[]) {
  const running = new Set<number>();
  const seen: number[][] = [];
  const jobs = loads.map((load, index): Job => ({
    load,
    async run() {
      running.add(index);
      seen.push([...running].sort());
      await new Promise((resolve) => setImmediate(resolve));
      running.delete(index);
    },
  }));
  return { jobs, seen };
}

describe('runJobs', () => {
  it('runs side by side what fits, a later one in the place of one that does not', async () => {
    const { jobs, seen } = jobsOf([6, 6, 4]);
    await runJobs(jobs, 10, () => false);
    expect(seen).toEqual([[0], [0, 2], [1, 2]]);
  });

  it('runs what is larger than the machine alone', async () => {
    const { jobs, seen } = jobsOf([5, 40, 5]);
    await runJobs(jobs, 10, () => false);
    expect(seen).toEqual([[0], [0, 2], [1]]);
  });

  it('starts nothing more once time is up, and waits for what runs', async () => {
    const { jobs, seen } = jobsOf([10, 10, 10]);
    await runJobs(jobs, 10, () => seen.length === 2);
    expect(seen).toHaveLength(2);
  });
});
