import { describe, expect, it } from 'vitest';
import { softplus } from './activations/softplus.ts';
import { tanh } from './activations/tanh.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { expm1 } from './expm1.ts';
import { log, log1p } from './log.ts';
import { sigmoid } from './sigmoid.ts';

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);
const fromBits = (word: number): number => {
  bits[0] = word;
  return floats[0]!;
};

const LARGEST = fromBits(0x7f7fffff);

/** The spacing of float32 at `value`; 2^-149 in the subnormal range. */
function ulpAt(value: number): number {
  floats[0] = Math.abs(value);
  const exponent = Math.max(1, bits[0]! >>> 23);
  return 2 ** (exponent - 150);
}

/** The error of a float32 result in ulp; an overflow is right where the true value rounds to infinity. */
function errorOf(actual: number, truth: number): number {
  if (Object.is(actual, truth)) return 0;
  if (truth > LARGEST) return actual === Infinity || actual === LARGEST ? 0 : Infinity;
  return Math.abs(actual - truth) / ulpAt(truth);
}

/** Every exponent with many significands, both signs, and all neighbours of the edges. */
function* sample(): Generator<number> {
  for (let word = 0; word < 2 ** 32; word += 4099) yield fromBits(word);
  for (const edge of [
    0, 1, 0.34657359, 0.5, 0.70710678, 1.41421356, 2, 10, 17, 87.33654, 88.02969, 88.72284, 89, 103.27893,
    103.97208, 104,
  ]) {
    floats[0] = edge;
    const word = bits[0]!;
    for (let offset = -500; offset <= 500; offset++) {
      if (word + offset < 0) continue;
      yield fromBits(word + offset);
      yield -fromBits(word + offset);
    }
  }
}

function worstError(f: (x: number) => number, truth: (x: number) => number): number {
  let worst = 0;
  for (const x of sample()) {
    if (Number.isNaN(x)) continue;
    worst = Math.max(worst, errorOf(f(x), truth(x)));
  }
  return worst;
}

describe('exp', () => {
  it('is within 1 ulp of the true value', () => {
    expect(worstError(exp, Math.exp)).toBeLessThan(1);
  });

  it('is exact at 0, overflows to infinity, vanishes to +0 and passes a NaN', () => {
    expect(exp(0)).toBe(1);
    expect(exp(-0)).toBe(1);
    expect(exp(89)).toBe(Infinity);
    expect(exp(Infinity)).toBe(Infinity);
    expect(exp(-104)).toBe(0);
    expect(exp(-Infinity)).toBe(0);
    expect(exp(NaN)).toBeNaN();
  });

  it('keeps subnormal results', () => {
    expect(exp(-103)).toBe(2 ** -149);
    expect(exp(-95)).toBe(Math.fround(Math.exp(-95)));
  });

  it('never decreases across the places where it changes its integer part', () => {
    for (let n = -148; n < 127; n++) {
      floats[0] = (n + 0.5) * Math.LN2;
      const word = bits[0]!;
      for (let offset = -20; offset < 20; offset++) {
        const [near, far] = [fromBits(word + offset), fromBits(word + offset + 1)];
        expect(exp(Math.max(near, far))).toBeGreaterThanOrEqual(exp(Math.min(near, far)));
      }
    }
  });
});

describe('sigmoid', () => {
  it('is within 2 ulp of the true value', () => {
    const truth = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
    expect(worstError(sigmoid, truth)).toBeLessThan(2);
  });

  it('reaches 0 and 1 at the infinities, a half at both zeros, and passes a NaN', () => {
    expect(sigmoid(Infinity)).toBe(1);
    expect(sigmoid(-Infinity)).toBe(0);
    expect(sigmoid(0)).toBe(0.5);
    expect(sigmoid(-0)).toBe(0.5);
    expect(sigmoid(NaN)).toBeNaN();
  });
});

describe.each([
  { name: 'expm1', f: expm1, truth: Math.expm1 },
  { name: 'log', f: log, truth: Math.log },
  { name: 'log1p', f: log1p, truth: Math.log1p },
  { name: 'tanh', f: tanh, truth: Math.tanh },
  {
    name: 'softplus',
    f: softplus,
    truth: (x: number) => (x > 0 ? x : 0) + Math.log1p(Math.exp(-Math.abs(x))),
  },
])('$name', ({ f, truth }) => {
  it('is within 1 ulp of the true value', () => {
    expect(worstError(f, truth)).toBeLessThan(1);
  });

  it('is no number where the true value is none', () => {
    const numbers = [...sample()].filter((x) => Number.isNaN(truth(x)) && !Number.isNaN(f(x)));
    expect(numbers).toEqual([]);
  });
});

describe('the functions in float64, rounded once', () => {
  it('keep the sign of zero where they cross it', () => {
    for (const f of [expm1, log1p, tanh, erf]) {
      expect(f(-0)).toBe(-0);
      expect(f(0)).toBe(0);
    }
  });

  it('reach their limits', () => {
    expect([expm1(-Infinity), expm1(Infinity), expm1(88.8)]).toEqual([-1, Infinity, Infinity]);
    expect([log(0), log(-0), log(Infinity), log(1)]).toEqual([-Infinity, -Infinity, Infinity, 0]);
    expect([log1p(-1), log1p(Infinity)]).toEqual([-Infinity, Infinity]);
    expect([tanh(-Infinity), tanh(Infinity)]).toEqual([-1, 1]);
    expect([erf(-Infinity), erf(Infinity)]).toEqual([-1, 1]);
    expect([softplus(-Infinity), softplus(Infinity)]).toEqual([0, Infinity]);
  });
});

describe('erf', () => {
  // Of mpmath 1.3.0, mp.erf, with 30 digits.
  it.each([
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2.5, 0.9995930479825551],
    [3.5, 0.9999992569016276],
  ])('of %d is %d', (x, truth) => {
    const argument = Math.fround(x);
    // The slope of erf carries what the argument lost.
    const atArgument = truth + ((argument - x) * 2 * Math.exp(-x * x)) / Math.sqrt(Math.PI);
    expect(errorOf(erf(argument), atArgument)).toBeLessThan(1);
    expect(erf(-argument)).toBe(-erf(argument));
  });
});
