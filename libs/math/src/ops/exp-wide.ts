import { powerOfTwo } from './exp.ts';
import { bitsOf, type f32, type f64, type i32, narrow, widen } from './forms.ts';

const fround = Math.fround;

/** 1.5 * 2^23: adding it rounds a small float to an integer, ties to even, kept in the low bits of the sum. */
const ROUNDING_SHIFT = 12582912;
const ROUNDING_SHIFT_BITS = 0x4b400000;
/** 1 / ln 2 as a float32, which says only how many times ln 2 is taken off. */
const LOG2_E = 1.4426950216293335;
const LN2 = 0.6931471805599453;

/** e^r - 1 for |r| <= ln(2)/2 * 1.001: Taylor's series to r^9 / 9!, within 2e-11 of it. */
function expm1Near0(r: f64): f64 {
  const c8 = 2.48015873015873e-5 + r * 2.7557319223985893e-6;
  const c7 = 0.0001984126984126984 + r * c8;
  const c6 = 0.001388888888888889 + r * c7;
  const c5 = 0.008333333333333333 + r * c6;
  const c4 = 0.041666666666666664 + r * c5;
  const c3 = 0.16666666666666666 + r * c4;
  const c2 = 0.5 + r * c3;
  return r + r * r * c2;
}

/** n + 1.5 * 2^23 with n the integer nearest to w / ln 2. */
function shiftedWhole(w: f64): f32 {
  const scaled = fround(narrow(w) * LOG2_E);
  return fround(scaled + ROUNDING_SHIFT);
}

/** 2^n in float64 for -250 <= n <= 254. */
export function powerOfTwoWide(n: i32): f64 {
  const half = n >> 1;
  return widen(powerOfTwo(half)) * widen(powerOfTwo((n - half) | 0));
}

/** e^w for |w| <= 160, within 2e-11 of it. w = n ln 2 + r with n an integer. */
export function expWide(w: f64): f64 {
  const shifted = shiftedWhole(w);
  const r = w - widen(fround(shifted - ROUNDING_SHIFT)) * LN2;
  return (1 + expm1Near0(r)) * powerOfTwoWide((bitsOf(shifted) - ROUNDING_SHIFT_BITS) | 0);
}

/** e^w - 1 for |w| <= 160, within 1e-10 of it: 2^n (e^r - 1) + (2^n - 1). */
export function expm1Wide(w: f64): f64 {
  const shifted = shiftedWhole(w);
  const r = w - widen(fround(shifted - ROUNDING_SHIFT)) * LN2;
  const power = powerOfTwoWide((bitsOf(shifted) - ROUNDING_SHIFT_BITS) | 0);
  return expm1Near0(r) * power + (power - 1);
}
