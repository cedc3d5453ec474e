import { expm1Wide } from '../exp-wide.ts';
import { type f32, floatOf, narrow, widen } from '../forms.ts';

const fround = Math.fround;

/** From here on tanh rounds to 1. */
const LARGEST_SIZE = 10;
/** 2^-13: below it tanh(x) rounds to x. */
const TINY = floatOf(0x39000000);

/**
 * tanh(|x|) = t / (t + 2) with t = e^(2 |x|) - 1, and the sign of x, within 1 ulp of the true value for every float32: in float64, rounded
 * once. A NaN stays one, and so does -0.
 */
export function tanh(x: f32): f32 {
  const size = Math.abs(x);
  const bounded = size > LARGEST_SIZE ? LARGEST_SIZE : size;
  const t = expm1Wide(2 * widen(bounded));
  const value = narrow(t / (t + 2));
  const signed = x < 0 ? -value : value;
  return size < TINY ? x : signed;
}

/** dz * (1 - z^2) with z = tanh(y). */
export function tanhBackward(dz: f32, z: f32): f32 {
  const square = fround(z * z);
  const slope = fround(1 - square);
  return fround(dz * slope);
}
