import { describe, expect, it } from 'vitest';
import { coordinatorNeed, coordinatorShortage, workerNeed, workerShortage } from './memory-need.ts';

const limit = (megabytes: number) => ({ bytes: megabytes * 1e6, source: '/sys/fs/cgroup/memory.max' });
const SMALL = { parameterCount: 101_770, trainBytes: 47.1e6, testBytes: 7.85e6 };
const LARGE = { ...SMALL, parameterCount: 1_628_170 };

describe('what a run needs', () => {
  it.each([
    // What control groups counted on Linux with Node 20, network 784-128-10 and 784-2048-10.
    [SMALL, 0, 130],
    [SMALL, 1, 141],
    [SMALL, 4, 158],
    [LARGE, 2, 298],
    [LARGE, 4, 421],
  ])('is what was measured, within a fifth (%j, %i workers: %i MB)', (use, workers, measuredMb) => {
    const ratio = coordinatorNeed({ ...use, workers }) / (measuredMb * 1.048576e6);
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.2);
  });

  it('of worker processes too', () => {
    expect(workerNeed(SMALL.parameterCount, 1) / (52 * 1.048576e6)).toBeCloseTo(1, 0);
    expect(workerNeed(LARGE.parameterCount, 1) / (106 * 1.048576e6)).toBeCloseTo(1, 0);
  });

  it('counts the workers that train starts, beside it', () => {
    const alone = coordinatorNeed({ ...SMALL, workers: 2 });
    const beside = coordinatorNeed({ ...SMALL, workers: 2, here: { workers: 2, threads: 1 } });
    expect(beside).toBeGreaterThan(alone + 2 * workerNeed(SMALL.parameterCount, 1));
  });
});

describe('where memory is limited', () => {
  const setup = { use: { ...SMALL, workers: 2 }, maxWorkers: 2 };

  it('it is said with the figures and what to do', () => {
    const text = coordinatorShortage(limit(100), setup);
    expect(text).toMatch(
      /limited to 100 MB \(\/sys\/fs\/cgroup\/memory.max\), and this run with 2 workers needs about 1\d\d MB/,
    );
    expect(text).toMatch(/Give its container or group \d+ MB or more, or train with a smaller --hidden/);
    const text2 = coordinatorShortage(limit(100), {
      ...setup,
      use: { ...setup.use, here: { workers: 2, threads: 1 } },
    });
    expect(text2).toContain('fewer --workers');
  });

  it('it is said how many workers there is room for, where more may come', () => {
    const text = coordinatorShortage(limit(400), { ...setup, maxWorkers: 256 });
    const count = Number(/room for about (\d+) workers, and 256 may come/.exec(text ?? '')?.[1]);
    expect(text).toContain(`--max-workers ${count}`);
    expect(coordinatorNeed({ ...SMALL, workers: count })).toBeLessThanOrEqual(400e6);
    expect(coordinatorNeed({ ...SMALL, workers: count + 1 })).toBeGreaterThan(400e6);
  });

  it('nothing is said where it is enough, or there is no limit', () => {
    expect(coordinatorShortage(limit(1000), setup)).toBeUndefined();
    expect(coordinatorShortage(undefined, setup)).toBeUndefined();
    expect(workerShortage(limit(1000), { parameterCount: 1e6, threads: 2 })).toBeUndefined();
  });

  it('a worker says so of itself', () => {
    const text = workerShortage(limit(64), { parameterCount: LARGE.parameterCount, threads: 4 });
    expect(text).toMatch(/limited to 64 MB .*4 threads needs about \d+ MB.*fewer --threads/);
  });
});
