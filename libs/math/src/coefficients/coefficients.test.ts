import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosPi } from './cos-pi.ts';
import { log } from './log.ts';
import { powInt } from './pow-int.ts';

describe('cosPi', () => {
  it('is exact at every multiple of a half', () => {
    for (let x = -4; x <= 4; x++) expect(cosPi(x)).toBe(x % 2 === 0 ? 1 : -1);
    for (let x = -3.5; x <= 4; x++) expect(Math.abs(cosPi(x))).toBe(0);
  });

  it.each([
    [1 / 3, 0.5],
    [0.25, Math.SQRT1_2],
    [0.1, 0.9510565162951535],
    [0.4999, 3.141592601912665e-4],
    [1e-8, 0.9999999999999996],
    [-2.375, 0.3826834323650898],
  ])('of %d is %d', (x, expected) => {
    expect(Math.abs(cosPi(x) - expected)).toBeLessThan(3e-16);
  });

  it('is the cosine', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 10, noNaN: true }), (x) => {
        expect(Math.abs(cosPi(x) - Math.cos(Math.PI * x))).toBeLessThan(1e-14);
      }),
    );
  });

  it('never changes: its bits are part of every run with a cosine', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => cosPi(i / 997));
    const words = new Uint32Array(values.buffer);
    expect(words.reduce((hash, word) => (Math.imul(hash, 31) + word) >>> 0, 7)).toBe(823_366_732);
  });
});

describe('log', () => {
  // mpmath 1.3 with 60 digits, rounded to float64.
  it.each([
    [5e-324, -744.4400719213812],
    [1e-310, -713.8013788281542],
    [2.2250738585072014e-308, -708.3964185322641],
    [1e-10, -23.025850929940457],
    [2 ** -33, -22.873856958478196],
    [0.1, -2.3025850929940455],
    [0.7071067811865475, -0.34657359027997275],
    [0.7071067811865477, -0.3465735902799724],
    [0.9, -0.10536051565782628],
    [0.999, -0.0010005003335835344],
    [1 - 2 ** -53, -1.1102230246251565e-16],
    [1 + 2 ** -52, 2.2204460492503128e-16],
    [1.001, 0.0009995003330834232],
    [1.25, 0.22314355131420976],
    [1.4142135623730951, 0.3465735902799727],
    [1.5, 0.4054651081081644],
    [2, 0.6931471805599453],
    [3, 1.0986122886681098],
    [1000, 6.907755278982137],
    [1e15, 34.538776394910684],
    [1.7976931348623157e308, 709.782712893384],
  ])('of %d is %d, within 1 ulp', (x, expected) => {
    expect(Math.abs(log(x) / expected - 1)).toBeLessThanOrEqual(2 ** -52);
  });

  it('is exactly zero at 1', () => {
    expect(log(1)).toBe(0);
  });

  it('leaves what is not finite as it is, so that a run diverges', () => {
    expect([log(Infinity), log(NaN)]).toEqual([Infinity, NaN]);
  });

  it('is the logarithm', () => {
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true }), (x) => {
        expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.abs(Math.log(x)));
      }),
    );
  });

  it('never changes: its bits are part of every run with normal initial weights', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => log((i + 0.5) / 997));
    const words = new Uint32Array(values.buffer);
    expect(words.reduce((hash, word) => (Math.imul(hash, 31) + word) >>> 0, 7)).toBe(21_637_493);
  });
});

describe('powInt', () => {
  it('is the product of so many factors, within a few roundings', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.integer({ min: 0, max: 40 }),
        (base, n) => {
          const product = Array.from({ length: n }, () => base).reduce((a, b) => a * b, 1);
          expect(Math.abs(powInt(base, n) / product - 1)).toBeLessThan(1e-13);
        },
      ),
    );
  });

  it('is exact where the powers are', () => {
    expect([powInt(2, 0), powInt(2, 53), powInt(0.5, 1074), powInt(3, 33), powInt(0, 0)]).toEqual([
      1,
      2 ** 53,
      2 ** -1074,
      5559060566555523,
      1,
    ]);
  });
});
