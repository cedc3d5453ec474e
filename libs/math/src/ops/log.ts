import { powerOfTwoWide } from './exp-wide.ts';
import { bitsOf, type f32, type f64, floatOf, type i32, narrow, widen } from './forms.ts';

const fround = Math.fround;

const LARGEST = floatOf(0x7f7fffff);
const SMALLEST_NORMAL = floatOf(0x00800000);
/** The bits of the square root of a half. */
const ROOT_HALF_BITS = 0x3f3504f3;
const SIGNIFICAND_BITS = 23;
/** Subnormal numbers are multiplied by 2^25 first. */
const LIFT = 33554432;
const LIFT_EXPONENT = 25;
/** 2^-25: below it log(1 + x) rounds to x. */
const TINY = floatOf(0x33000000);

/** 1.5 * 2^23, whose low bits hold a small integer. */
const INTEGER_SHIFT = 12582912;
const INTEGER_SHIFT_BITS = 0x4b400000;
const LN2 = 0.6931471805599453;

/** The k for which x / 2^k lies between the roots of a half and of 2; x is normal. */
function exponentOf(x: f32): i32 {
  return ((bitsOf(x) - ROOT_HALF_BITS) | 0) >> SIGNIFICAND_BITS;
}

/** A small integer as a float32. */
function asFloat(n: i32): f32 {
  return fround(floatOf((n + INTEGER_SHIFT_BITS) | 0) - INTEGER_SHIFT);
}

/** What log is where it is no number: -Infinity at 0, a NaN below and at a NaN. */
function outside(x: f32): f32 {
  const zero = fround(x - x);
  const nothing = fround(zero / zero);
  const least = fround(-1 / Math.abs(x));
  return x < 0 ? nothing : least;
}

/** log(1 + m) = 2 artanh(m / (2 + m)) for the m of 1 + m between 0.7 and 1.42: its series to s^14, within 2e-12 of it. */
function log1pNear0(m: f64): f64 {
  const s = m / (2 + m);
  const q = s * s;
  const c5 = 0.09090909090909091 + q * (0.07692307692307693 + q * 0.06666666666666667);
  const c3 = 0.14285714285714285 + q * (0.1111111111111111 + q * c5);
  const c1 = 0.3333333333333333 + q * (0.2 + q * c3);
  return 2 * s * (1 + q * c1);
}

/** The natural logarithm, within 1 ulp of the true value for every float32: in float64, rounded once. */
export function log(x: f32): f32 {
  const isSmall = x < SMALLEST_NORMAL ? LIFT_EXPONENT : 0;
  const lifted = fround(x * LIFT);
  const scaled = x < SMALLEST_NORMAL ? lifted : x;
  const k = exponentOf(scaled);
  const fraction = widen(scaled) * powerOfTwoWide((0 - k) | 0) - 1;
  const exponent = fround(asFloat(k) - isSmall);
  const value = narrow(widen(exponent) * LN2 + log1pNear0(fraction));
  const inside = x > LARGEST ? x : value;
  return x > 0 ? inside : outside(x);
}

/** log(1 + x), within 1 ulp of the true value for every float32: in float64, rounded once. -0 stays what it is. */
export function log1p(x: f32): f32 {
  const sum = fround(1 + x);
  const k = exponentOf(sum);
  const power = powerOfTwoWide(k);
  const fraction = (widen(x) - (power - 1)) * powerOfTwoWide((0 - k) | 0);
  const value = narrow(widen(asFloat(k)) * LN2 + log1pNear0(fraction));
  const inside = x > LARGEST ? x : value;
  const near = Math.abs(x) < TINY ? x : inside;
  return x > -1 ? near : outside(sum);
}
