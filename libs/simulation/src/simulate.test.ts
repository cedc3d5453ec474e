import { perceptronModel, resolveSteering, widthsOf } from '@lockstep/nn';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, type FaultKind } from './scenario/fault-kinds.ts';
import { trainAlone } from './scenario/oracle.ts';
import { scenarioOf, type FaultPlan, type Scenario } from './scenario/scenario.ts';
import { simulate, simulateSeed } from './simulate.ts';

/** A run of honest workers, to be disturbed. */
const calm = (changes: Partial<Scenario> = {}): Scenario => {
  const scenario = scenarioOf(11);
  const honest = scenario.workers.filter(({ misbehaviour }) => misbehaviour === undefined);
  return { ...scenario, workers: honest, faults: [], ...changes };
};

const faultAt = (kind: FaultKind, atStep: number): FaultPlan => ({
  kind,
  atStep,
  afterMicros: 1000,
  durationMicros: 900_000,
});

async function traceOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  await simulateSeed(seed, { trace: (line) => lines.push(line) });
  return lines;
}

describe('a simulated run', () => {
  it('is the same, event by event, whenever its seed is the same', async () => {
    for (const seed of [3, 12, 77]) {
      const first = await traceOf(seed);
      expect(first.length).toBeGreaterThan(25);
      expect(await traceOf(seed)).toEqual(first);
    }
    expect(await traceOf(4)).not.toEqual(await traceOf(5));
  });

  it('ends with the bits of a single process, through at least 20 steps and whatever happens', async () => {
    const counts: Record<string, number> = {};
    for (let seed = 1; seed <= 60; seed++) {
      const { failures, commits, faults } = await simulateSeed(seed);
      expect(failures).toEqual([]);
      expect(commits).toBeGreaterThanOrEqual(20);
      for (const [kind, count] of Object.entries(faults)) counts[kind] = (counts[kind] ?? 0) + count;
    }
    expect(Object.keys(counts).length).toBeGreaterThanOrEqual(24);
  }, 120_000); // seconds, on a machine with nothing else to do

  it.each(FAULT_KINDS)('survives %s', async (kind) => {
    const faults = [2, 7, 13].map((step) => faultAt(kind, step));
    const report = await simulate(calm({ faults, checkpointEvery: 3 }));
    expect(report.failures).toEqual([]);
    expect(report.faults[kind]).toBeGreaterThan(0);
  });

  it('ends early, and lowers its rate, where a single process does: evaluations decide, whoever is killed meanwhile', async () => {
    const { config, data } = calm();
    const scenario = calm({
      config: {
        ...config,
        totalSteps: 30,
        validation: { rows: 7, every: 3 },
        steering: resolveSteering({
          ...{ patience: 2, plateau: { factor: 0.5, patience: 0 }, threshold: 0.2, keepBest: true },
        }),
      },
      data: { ...data, validation: data.test },
      faults: [
        faultAt('worker-killed', 2),
        faultAt('coordinator-killed', 4),
        faultAt('coordinator-killed', 7),
      ],
      checkpointEvery: 1,
    });
    const alone = await trainAlone(scenario);
    expect(alone.type).toBe('completed');
    expect(alone.step).toBeLessThan(30);
    expect(alone.step % 3).toBe(0);
    const report = await simulate(scenario);
    expect(report.failures).toEqual([]);
    expect(report.faults['coordinator-killed']).toBeGreaterThan(0);
  });

  it('ends with the moving average of a single process, whoever is killed meanwhile', async () => {
    const { config } = calm();
    const scenario = calm({
      config: { ...config, ema: 0.9 },
      faults: [faultAt('worker-killed', 2), ...[4, 9, 14].map((step) => faultAt('coordinator-killed', step))],
      checkpointEvery: 3,
    });
    const alone = await trainAlone(scenario);
    expect(alone.averageSha256).toMatch(/^[0-9a-f]{64}$/);
    const report = await simulate(scenario);
    expect(report.failures).toEqual([]);
    expect(report.faults['coordinator-killed']).toBeGreaterThan(0);
    const expected = { ...alone, averageSha256: 'f'.repeat(64) };
    expect((await simulate(scenario, { expected })).failures).toMatchObject([
      expect.stringMatching(/^ended with /),
    ]);
  });

  it('diverges at the step where a single process does, and keeps its weights', async () => {
    const { config } = calm();
    const scenario = calm({
      config: { ...config, learningRate: 1e30, model: perceptronModel({ sizes: widthsOf(config.model) }) },
      faults: [faultAt('worker-killed', 0), faultAt('coordinator-killed', 0)],
    });
    const alone = await trainAlone(scenario);
    expect(alone.type).toBe('diverged');
    expect((await simulate(scenario)).failures).toEqual([]);
  });

  it('fails when its bits are not those of a single process', async () => {
    const alone = await trainAlone(calm());
    const expected = { ...alone, weightsSha256: 'f'.repeat(64) };
    const { failures } = await simulate(calm(), { expected });
    expect(failures).toMatchObject([expect.stringMatching(/^I2 /), expect.stringMatching(/^ended with /)]);
  });

  it('fails when nobody gets on although nothing is wrong', async () => {
    const scenario = calm();
    const workers = scenario.workers.map((worker) => ({ ...worker, overheadMicros: 7_000_000 }));
    const { failures } = await simulate({ ...scenario, workers });
    expect(failures[0]).toMatch(/^no step for \d+(\.\d+)? s at step 0, with nothing wrong with \d+ honest/);
  });
});

describe('found bugs stay found:', () => {
  it.each([
    ['a worker that is getting ready when the run ends hears of it', 1008],
    ['a worker that is getting ready, beside a slow line, when the run ends hears of it', 1030],
    ['who was late gets the next place after those who wait', 4215],
    ['who was late gives its place to one who was not', 7706],
    ['old checkpoints that are deleted only in part leave the newest', 7213],
    ['a straggler does not make newcomers be waited for as long as for it', 7838],
    ['who has a check to answer is not lent an evaluation, whose weights would take the check from it', 864],
  ])('%s (seed %i)', async (_, seed) => {
    expect((await simulateSeed(seed)).failures).toEqual([]);
  });
});
