import { describe, expect, it } from 'vitest';
import { exp, sigmoid } from './functions.ts';

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
  if (truth > LARGEST) return actual === Infinity || actual === LARGEST ? 0 : Infinity;
  return Math.abs(actual - truth) / ulpAt(truth);
}

/** Every exponent with many significands, both signs, and all neighbours of the edges. */
function* sample(): Generator<number> {
  for (let word = 0; word < 2 ** 32; word += 4099) yield fromBits(word);
  for (const edge of [
    0, 1, 0.34657359, 0.5, 17, 87.33654, 88.02969, 88.72284, 89, 103.27893, 103.97208, 104,
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
