import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WeightAverage } from './weight-average.ts';

const weights = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -8, max: 8 }), {
  minLength: 1,
  maxLength: 20,
});
const decay = fc.double({ min: 0.001, max: 0.9999, noNaN: true });

describe('the moving average of weights', () => {
  it('begins as the weights, and takes 1 - d of what is new in each step, in float64', () => {
    const average = new WeightAverage(0.75, Float32Array.of(1, -2));
    expect([...average.values]).toEqual([1, -2]);
    average.follow(Float32Array.of(2, -2));
    expect([...average.values]).toEqual([1.25, -2]);
    average.follow(Float32Array.of(0.1, 4));
    expect([...average.values]).toEqual([1.25 + 0.25 * (Math.fround(0.1) - 1.25), -0.5]);
    expect([...average.rounded()]).toEqual([...Float32Array.from(average.values)]);
  });

  it('goes on from a kept one as if it had never stopped', () => {
    fc.assert(
      fc.property(decay, weights, fc.array(fc.nat(100), { maxLength: 9 }), (d, begin, steps) => {
        const from = Float32Array.from(begin);
        const whole = new WeightAverage(d, from);
        let again = new WeightAverage(d, from);
        for (const step of steps) {
          const next = from.map((value) => Math.fround(value * step));
          whole.follow(next);
          again.follow(next);
          again = new WeightAverage(d, again.values);
        }
        expect(again.values).toEqual(whole.values);
      }),
    );
  });

  it('stays where weights stay, and lies between the weights that it has seen', () => {
    fc.assert(
      fc.property(decay, weights, (d, begin) => {
        const low = Float32Array.from(begin);
        const high = low.map((value) => value + 1);
        const average = new WeightAverage(d, low);
        average.follow(low);
        // A -0 becomes +0.
        expect([...average.values]).toEqual([...low].map((value) => value + 0));
        average.follow(high);
        for (const [i, value] of average.values.entries()) {
          expect(value).toBeGreaterThanOrEqual(low[i]!);
          expect(value).toBeLessThanOrEqual(high[i]!);
        }
      }),
    );
  });

  it('comes to where it goes at d = 0.9999, where a float32 one comes to rest short of it', () => {
    const [begin, end] = [Float32Array.of(1), Float32Array.of(2)];
    const average = new WeightAverage(0.9999, begin);
    let inFloat32 = 1;
    for (let step = 0; step < 300_000; step++) {
      average.follow(end);
      inFloat32 = Math.fround(inFloat32 + Math.fround(Math.fround(1 - 0.9999) * Math.fround(2 - inFloat32)));
    }
    expect(2 - average.values[0]!).toBeLessThan(1e-11);
    expect(2 - inFloat32).toBeGreaterThan(5e-4);
  });
});
