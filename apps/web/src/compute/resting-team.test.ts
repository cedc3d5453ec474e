import type { ComputeTeam, SpanRows, TeamSum } from '@lockstep/worker';
import { describe, expect, it } from 'vitest';
import { RestingTeam } from './resting-team.ts';

const rows: SpanRows = { rows: new Uint8Array(4), labels: new Uint8Array(1), step: 0, firstRow: 0 };

/** A team whose every span takes `spanMs` on a clock of the test's, and the sleeps it asked for. */
function resting(spanMs: number, budget: number) {
  const clock = { ms: 0 };
  const sleeps: number[] = [];
  const team: ComputeTeam = {
    threads: 2,
    setWeights: () => undefined,
    compute() {
      clock.ms += spanMs;
      return Promise.resolve({} as TeamSum);
    },
    answer() {
      clock.ms += spanMs;
      return Promise.resolve(Float32Array.of(7));
    },
    close: () => undefined,
  };
  const rest = {
    now: () => clock.ms,
    sleep(delayMs: number) {
      sleeps.push(delayMs);
      clock.ms += delayMs;
      return Promise.resolve();
    },
    budget: () => budget,
  };
  return { team: new RestingTeam(team, rest), clock, sleeps };
}

describe('a team that rests', () => {
  it.each([
    [20, 0.5],
    [20, 0.25],
    [1, 0.5],
    [0.3, 0.1],
  ])('with spans of %d ms is busy for %d of the time', async (spanMs, budget) => {
    const { team, clock } = resting(spanMs, budget);
    const count = Math.ceil(1000 / spanMs);
    for (let span = 0; span < count; span++) await team.compute(rows);
    expect(Math.abs((count * spanMs) / clock.ms - budget)).toBeLessThan(0.02);
  });

  it('is busy for as much of the time over rows that it only answers, and says what they are', async () => {
    const { team, clock } = resting(20, 0.5);
    for (let part = 0; part < 50; part++) {
      expect(await team.answer({ rows: rows.rows, rowCount: 1 })).toEqual(Float32Array.of(7));
    }
    expect(Math.abs((50 * 20) / clock.ms - 0.5)).toBeLessThan(0.02);
  });

  it('never rests when it may use everything', async () => {
    const { team, sleeps } = resting(20, 1);
    for (let span = 0; span < 10; span++) await team.compute(rows);
    expect(sleeps).toEqual([]);
  });

  it('rests while it waits for work, and owes no less for having waited longer', async () => {
    const { team, clock, sleeps } = resting(20, 0.5);
    await team.compute(rows);
    clock.ms += 12;
    await team.compute(rows);
    clock.ms += 5000;
    await team.compute(rows);
    await team.compute(rows);
    expect(sleeps).toEqual([8, 20]);
  });
});
