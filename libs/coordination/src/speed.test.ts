import { describe, expect, it } from 'vitest';
import { faded, measured, slowed, typicalSpeed } from './speed.ts';
import type { Speed, WorkerState } from './state.ts';

const measurement = { rowCount: 10, computeMicros: 200, elapsedMicros: 300, isFirst: true };
const workerOf = (speed: Speed | undefined): WorkerState => ({
  id: 'w',
  name: 'w',
  isActive: true,
  strikes: 0,
  speed,
});

describe('measured', () => {
  it('takes the first measurement as it is: time of a row, and what it took besides', () => {
    expect(measured(undefined, measurement)).toEqual({ rowNanos: 20_000, overheadMicros: 100 });
  });

  it('moves a quarter of the way with each further one', () => {
    const speed = { rowNanos: 40_000, overheadMicros: 500 };
    expect(measured(speed, measurement)).toEqual({ rowNanos: 35_000, overheadMicros: 400 });
  });

  it('learns the overhead from the first answer of a step only, as later ones wait for the first', () => {
    const speed = { rowNanos: 20_000, overheadMicros: 7 };
    expect(measured(speed, { ...measurement, isFirst: false }).overheadMicros).toBe(7);
  });

  it.each([Number.NaN, -5, 0.5, Infinity, 301, 2 ** 60])(
    'takes the whole time instead of an impossible compute time of %d',
    (computeMicros) => {
      const speed = measured(undefined, { ...measurement, computeMicros });
      expect(speed).toEqual({ rowNanos: 30_000, overheadMicros: 0 });
    },
  );

  it('stays a positive integer whatever is measured', () => {
    const nothing = measured(undefined, { rowCount: 256, computeMicros: 0, elapsedMicros: 0, isFirst: true });
    expect(nothing).toEqual({ rowNanos: 1, overheadMicros: 0 });
    expect(measured(nothing, { rowCount: 256, computeMicros: 0, elapsedMicros: 0, isFirst: true })).toEqual(
      nothing,
    );
    const ages = { rowCount: 1, computeMicros: 10 ** 12, elapsedMicros: 10 ** 12, isFirst: true };
    expect(measured(undefined, ages).rowNanos).toBe(100_000_000);
  });
});

describe('slowed', () => {
  it('believes a missed deadline at once, and never makes a worker faster', () => {
    expect(slowed({ rowNanos: 1000, overheadMicros: 3 }, 10, 500)).toEqual({
      rowNanos: 50_000,
      overheadMicros: 3,
    });
    expect(slowed({ rowNanos: 90_000, overheadMicros: 3 }, 10, 500).rowNanos).toBe(90_000);
    expect(slowed(undefined, 10, 500)).toEqual({ rowNanos: 50_000, overheadMicros: 0 });
  });
});

describe('faded', () => {
  it('comes down to what is typical, not below it', () => {
    const typical = { rowNanos: 1000, overheadMicros: 10 };
    let speed: Speed = { rowNanos: 64_000, overheadMicros: 5 };
    speed = faded(speed, typical);
    expect(speed).toEqual({ rowNanos: 63_000, overheadMicros: 5 });
    for (let step = 0; step < 300; step++) speed = faded(speed, typical);
    expect(speed).toEqual({ rowNanos: 1000, overheadMicros: 5 });
  });
});

describe('typicalSpeed', () => {
  const initial = { rowNanos: 5, overheadMicros: 6 };

  it('is the median of the measured workers', () => {
    const workers = [30, 10, 20].map((rowNanos) => workerOf({ rowNanos, overheadMicros: 100 - rowNanos }));
    expect(typicalSpeed([...workers, workerOf(undefined)], initial)).toEqual({
      rowNanos: 20,
      overheadMicros: 80,
    });
  });

  it('is the assumption of the configuration while nothing was measured', () => {
    expect(typicalSpeed([workerOf(undefined)], initial)).toBe(initial);
  });
});
