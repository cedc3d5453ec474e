import { describe, expect, it } from 'vitest';
import { measured, slowed, typicalSpeed, warmUpSamples } from './speed.ts';
import type { Measurement } from './speed.ts';
import type { Speed, WorkerState } from '../state.ts';

const measurement: Measurement = {
  rowCount: 10,
  computeMicros: 200,
  elapsedMicros: 500,
  hasWaited: false,
  downPermille: 1000,
};
const line = { latencyMicros: 100, downMicros: 100, upMicros: 100 };
const warm: Speed = { rowNanos: 20_000, ...line, samples: warmUpSamples };

const workerOf = (speed: Speed | undefined): WorkerState => ({
  id: 'w',
  name: 'w',
  beatsAtWork: true,
  isActive: true,
  strikes: 0,
  speed,
  weightsStep: -1,
  heardAt: 0,
  answeredAt: 0,
  recheckAt: 0,
  dealt: { step: -1, at: 0 },
  standby: undefined,
  progress: { step: -1, rowsDone: 0 },
});

describe('measured', () => {
  it('takes the first measurement as it is: time of a row, and what it took besides', () => {
    expect(measured(undefined, measurement)).toEqual({ ...warm, samples: 1 });
  });

  it('changes nothing when the prediction comes true', () => {
    expect(measured(warm, measurement)).toEqual(warm);
  });

  it('moves a quarter of the way with each further measurement of a row', () => {
    expect(measured({ ...warm, rowNanos: 36_000 }, measurement).rowNanos).toBe(32_000);
  });

  it('moves half of the way when a row takes less than half or more than twice of what was thought', () => {
    expect(measured({ ...warm, rowNanos: 60_000 }, measurement).rowNanos).toBe(40_000);
    expect(measured({ ...warm, rowNanos: 6000 }, measurement).rowNanos).toBe(13_000);
  });

  it('believes a faster row at once while the worker warms up', () => {
    expect(measured({ ...warm, rowNanos: 90_000, samples: 1 }, measurement).rowNanos).toBe(20_000);
    expect(measured({ ...warm, rowNanos: 16_000, samples: 1 }, measurement).rowNanos).toBe(17_000);
  });

  it('believes a faster line at once while the worker warms up, and a slower one by a quarter', () => {
    const cold = { latencyMicros: 9000, downMicros: 9000, upMicros: 9000 };
    expect(measured({ ...warm, ...cold, samples: 1 }, measurement)).toMatchObject(line);
    const quick = { latencyMicros: 60, downMicros: 60, upMicros: 60 };
    expect(measured({ ...warm, ...quick, samples: 1 }, measurement).latencyMicros).toBe(70);
  });

  it('believes the first row after a guess, in full', () => {
    const guess = slowed(warm, 10, 5_000_000);
    expect(measured(guess, measurement)).toMatchObject({ rowNanos: 20_000, samples: 1 });
  });

  it('shares a quarter of the error of the time on the line out among its parts', () => {
    expect(measured(warm, { ...measurement, elapsedMicros: 500 + 120 })).toEqual({
      ...warm,
      latencyMicros: 110,
      downMicros: 110,
      upMicros: 110,
    });
  });

  it('learns the way there from spans with and without the weights', () => {
    const truth = { latencyMicros: 300, downMicros: 2000, upMicros: 700 };
    let speed: Speed | undefined;
    for (let answer = 0; answer < 400; answer++) {
      const downPermille = answer % 2 === 0 ? 1000 : 100;
      const elapsedMicros =
        200 + truth.latencyMicros + truth.upMicros + (truth.downMicros * downPermille) / 1000;
      speed = measured(speed, { ...measurement, elapsedMicros, downPermille });
    }
    expect(Math.abs(speed!.downMicros - truth.downMicros)).toBeLessThan(50);
    expect(Math.abs(speed!.latencyMicros + speed!.upMicros - 1000)).toBeLessThan(50);
  });

  it('learns the way back from answers that followed another, as far as computing does not hide it', () => {
    const second = { ...measurement, hasWaited: true };
    expect(measured(warm, { ...second, elapsedMicros: 900 })).toEqual({ ...warm, upMicros: 300 });
    expect(measured(warm, { ...second, elapsedMicros: 210 })).toEqual(warm);
    expect(measured({ ...warm, upMicros: 900 }, { ...second, elapsedMicros: 210 }).upMicros).toBe(210);
  });

  it.each([Number.NaN, -5, 0.5, Infinity, 501, 2 ** 60])(
    'takes the whole time instead of an impossible compute time of %d',
    (computeMicros) => {
      const speed = measured(undefined, { ...measurement, computeMicros });
      expect(speed).toEqual({ rowNanos: 50_000, latencyMicros: 0, downMicros: 0, upMicros: 0, samples: 1 });
    },
  );

  it('stays an integer within bounds whatever is measured', () => {
    const nothing = { ...measurement, rowCount: 256, computeMicros: 0, elapsedMicros: -1 };
    let speed = measured(undefined, nothing);
    expect(speed).toEqual({ rowNanos: 1, latencyMicros: 0, downMicros: 0, upMicros: 0, samples: 1 });
    for (const hasWaited of [false, true, false]) {
      const ages = {
        rowCount: 1,
        computeMicros: 1,
        elapsedMicros: 10 ** 15,
        downPermille: 10 ** 9,
        hasWaited,
      };
      speed = measured(speed, ages);
      expect(Object.values(speed).every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
    }
    expect(
      measured(undefined, { ...measurement, rowCount: 1, computeMicros: 10 ** 12, elapsedMicros: 10 ** 12 })
        .rowNanos,
    ).toBe(100_000_000);
  });
});

describe('slowed', () => {
  it('believes a missed deadline at once, and never makes a worker faster', () => {
    expect(slowed(warm, 10, 500)).toEqual({ ...warm, rowNanos: 50_000, samples: 0 });
    expect(slowed({ ...warm, rowNanos: 90_000 }, 10, 500).rowNanos).toBe(90_000);
    expect(slowed(undefined, 10, 500)).toMatchObject({ rowNanos: 50_000, latencyMicros: 0 });
  });
});

describe('typicalSpeed', () => {
  const initial = { rowNanos: 5, ...line };

  it('is the median of the measured workers', () => {
    const workers = [30, 10, 20].map((rowNanos) => workerOf({ ...warm, rowNanos, upMicros: 100 - rowNanos }));
    expect(typicalSpeed([...workers, workerOf(undefined)], initial)).toEqual({
      ...warm,
      rowNanos: 20,
      upMicros: 80,
      samples: 0,
    });
  });

  it('is not that of a straggler, which is a guess', () => {
    const straggler = workerOf(slowed(undefined, 10, 3_000_000));
    expect(typicalSpeed([straggler], initial)).toEqual({ ...initial, samples: 0 });
    const answered = workerOf({ ...warm, rowNanos: 20, samples: 1 });
    expect(typicalSpeed([straggler, answered, straggler], initial).rowNanos).toBe(20);
  });

  it('is the assumption of the configuration while nothing was measured', () => {
    expect(typicalSpeed([workerOf(undefined)], initial)).toEqual({ ...initial, samples: 0 });
  });
});
