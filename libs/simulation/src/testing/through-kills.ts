import { expect } from 'vitest';
import { trainAlone } from '../scenario/oracle.ts';
import type { FaultPlan, Scenario } from '../scenario/scenario.ts';
import { simulate } from '../simulate.ts';

const faultAt = (kind: FaultPlan['kind'], atStep: number): FaultPlan => ({
  ...{ kind, atStep },
  ...{ afterMicros: 1000, durationMicros: 900_000 },
});

/** A run of `scenario` whose honest workers and coordinator are killed on the way ends with the bits of a single process. */
export async function expectBitsThroughKills(scenario: Scenario): Promise<void> {
  const own = {
    ...scenario,
    workers: scenario.workers.filter(({ misbehaviour }) => misbehaviour === undefined),
    faults: [faultAt('worker-killed', 3), faultAt('coordinator-killed', 8)],
    checkpointEvery: 3,
  };
  const report = await simulate(own);
  expect(report.failures).toEqual([]);
  expect(report.faults['coordinator-killed']).toBeGreaterThan(0);
  expect((await trainAlone(own)).type).toBe('completed');
}
