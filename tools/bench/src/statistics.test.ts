import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineThrough, median, pairedRatio, timesAsFast } from './statistics.ts';

const figures = fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 30 });

describe('median', () => {
  it('is the middle of an odd count and the mean of the two in the middle of an even one', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 2, 4])).toBe(3);
    expect(median([7])).toBe(7);
  });

  it('orders numbers as numbers, and leaves its argument as it was', () => {
    const values = [100, 9, 20];
    expect(median(values)).toBe(20);
    expect(values).toEqual([100, 9, 20]);
  });

  it('has at least half of the values on either side, in any order', () => {
    fc.assert(
      fc.property(figures, (values) => {
        const middle = median(values);
        expect(median(values.toReversed())).toBe(middle);
        expect(values.filter((value) => value <= middle).length * 2).toBeGreaterThanOrEqual(values.length);
        expect(values.filter((value) => value >= middle).length * 2).toBeGreaterThanOrEqual(values.length);
      }),
    );
  });

  it('refuses nothing at all', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('timesAsFast', () => {
  it('is above one for the larger rate and for the smaller time', () => {
    expect(timesAsFast(300, 100, 'samples/s')).toBe(3);
    expect(timesAsFast(20, 100, 'ms/step')).toBe(5);
  });
});

describe('pairedRatio', () => {
  it('compares within a round, so that a slow round of both changes nothing', () => {
    expect(pairedRatio([10, 1000, 10], [50, 5000, 50], 'ms/step')).toBe(5);
  });

  it('does not follow one round gone wrong', () => {
    expect(pairedRatio([10, 90, 10], [50, 50, 50], 'ms/step')).toBe(5);
  });

  it('is one of anything with itself', () => {
    fc.assert(fc.property(figures, (values) => pairedRatio(values, values, 'GFLOP/s') === 1));
  });

  it('refuses rounds that do not pair', () => {
    expect(() => pairedRatio([1, 2], [1], 'samples/s')).toThrow(RangeError);
  });
});

describe('lineThrough', () => {
  const at = (x: number, y: number) => ({ x, y });

  it('is the line that points lie on', () => {
    expect(lineThrough([at(0, 3), at(2, 7)])).toEqual({ slope: 2, intercept: 3 });
    expect(lineThrough([at(1, 5), at(2, 5), at(9, 5)])).toEqual({ slope: 0, intercept: 5 });
  });

  it('lies between points that no line goes through', () => {
    expect(lineThrough([at(0, 0), at(0, 2), at(1, 3), at(1, 5)])).toEqual({ slope: 3, intercept: 1 });
  });

  it('refuses what gives no line', () => {
    expect(() => lineThrough([])).toThrow(RangeError);
    expect(() => lineThrough([at(1, 1), at(1, 2)])).toThrow(RangeError);
  });
});
