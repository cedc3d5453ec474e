import { describe, expect, it } from 'vitest';
import { RunMeter } from './run-meter.ts';

function meterFrom(firstStep: number): RunMeter {
  const meter = new RunMeter({ firstStep, totalSteps: 25, stepsPerEpoch: 10 });
  meter.begin(100);
  return meter;
}

describe('RunMeter', () => {
  it('averages the loss over the rows of the epoch, and starts anew with the next', () => {
    const meter = meterFrom(0);
    meter.onStep(1, 30, 2, 101);
    meter.onStep(2, 10, 6, 102);
    expect(meter.progress()).toMatchObject({
      step: 2,
      epoch: 1,
      epochCount: 3,
      stepInEpoch: 2,
      stepsInEpoch: 10,
      loss: 3,
    });
    for (let step = 3; step <= 10; step++) meter.onStep(step, 10, 6, 100 + step);
    expect(meter.progress()).toMatchObject({ epoch: 1, stepInEpoch: 10 });
    meter.onStep(11, 10, 1, 112);
    expect(meter.progress()).toMatchObject({ epoch: 2, stepInEpoch: 1, loss: 1 });
  });

  it('knows that the last epoch may be cut short', () => {
    const meter = meterFrom(20);
    meter.onStep(21, 8, 1, 101);
    expect(meter.progress()).toMatchObject({ epoch: 3, stepInEpoch: 1, stepsInEpoch: 5 });
  });

  it('tells rate and remaining time of a steady run', () => {
    const meter = meterFrom(0);
    for (let step = 1; step <= 10; step++) meter.onStep(step, 50, 1, 100 + step / 2);
    const { rowsPerSecond, secondsLeft } = meter.progress();
    expect(rowsPerSecond).toBeCloseTo(100, 6);
    expect(secondsLeft).toBeCloseTo(7.5, 6);
    expect(meter.samplesPerSecond(105)).toBe(100);
    expect(meter.seconds(105)).toBe(5);
  });

  it('tells the median time of a step, one long one or not', () => {
    const meter = meterFrom(0);
    expect(meter.medianStepSeconds()).toBe(0);
    [101, 102, 190, 191, 192].forEach((now, index) => meter.onStep(index + 1, 8, 1, now));
    expect(meter.medianStepSeconds()).toBe(1);
  });

  it('has no rate before anything was measured', () => {
    const { rowsPerSecond, secondsLeft, loss } = meterFrom(0).progress();
    expect(rowsPerSecond).toBe(0);
    expect([secondsLeft, loss]).toEqual([NaN, NaN]);
  });
});
