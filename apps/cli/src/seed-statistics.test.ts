import { describe, expect, it } from 'vitest';
import { seedTable, statisticsOf, type SeedRun } from './seed-statistics.ts';

const run = (seed: number, testAccuracy: number, f1?: number): SeedRun => ({
  ...{
    seed,
    out: `runs/seed-${seed}`,
    testAccuracy,
    testLoss: 1 - testAccuracy,
    weightsSha256: 'a'.repeat(64),
  },
  ...(f1 !== undefined && { testMetrics: { f1, 'confusion-matrix': [[1, 0]] } }),
});

describe('the runs of several seeds', () => {
  it('have the mean and the deviation of the sample of each figure', () => {
    const figures = statisticsOf([run(1, 0.5, 1), run(2, 0.75, 2), run(3, 1, 6)]);
    expect(figures).toEqual({
      'test accuracy': { mean: 0.75, sampleDeviation: 0.25 },
      'test loss': { mean: 0.25, sampleDeviation: 0.25 },
      f1: { mean: 3, sampleDeviation: Math.sqrt(7) },
    });
    expect(statisticsOf([run(7, 0.5)])['test loss']).toEqual({ mean: 0.5 });
  });

  it('are a table that says which deviation it is', () => {
    const lines = seedTable([run(1, 0.5), run(22, 0.75)]).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^seed +test accuracy +test loss +folder$/);
    expect(lines[2]).toMatch(/^22 +0\.750000 +0\.250000 +runs\/seed-22$/);
    expect(lines[3]).toMatch(/^mean +0\.625000 +0\.375000$/);
    expect(lines[4]).toMatch(/^standard deviation \(of the sample, n - 1\) +0\.176777 +0\.176777$/);
    expect(seedTable([run(1, 0.5)])).toMatch(/n - 1\) +- +-\n/);
  });
});
