import { expWide } from '../exp-wide.ts';
import { type f32, type f64, narrow, widen } from '../forms.ts';
import { sigmoid } from '../sigmoid.ts';

const fround = Math.fround;

/** From here on e^-|x| is nothing beside what a float32 holds. */
const LARGEST_SIZE = 110;

/** log(1 + e) for 0 <= e <= 1: 2 artanh(e / (2 + e)), its series to the 23rd power, within 3e-12 of it. */
function log1pOfPart(e: f64): f64 {
  const s = e / (2 + e);
  const q = s * s;
  const c9 = 0.05263157894736842 + q * (0.047619047619047616 + q * 0.043478260869565216);
  const c7 = 0.06666666666666667 + q * (0.058823529411764705 + q * c9);
  const c5 = 0.09090909090909091 + q * (0.07692307692307693 + q * c7);
  const c3 = 0.14285714285714285 + q * (0.1111111111111111 + q * c5);
  const c1 = 0.3333333333333333 + q * (0.2 + q * c3);
  return 2 * s * (1 + q * c1);
}

/**
 * log(1 + e^x) as the larger of x and 0 and log(1 + e^-|x|), within 1 ulp of the true value for every float32: in float64, rounded once.
 * Nothing overflows, so that no threshold is needed, from which on it would be x.
 */
export function softplus(x: f32): f32 {
  const size = Math.abs(x);
  const bounded = size > LARGEST_SIZE ? LARGEST_SIZE : size;
  const positive = x > 0 ? x : 0;
  return narrow(widen(positive) + log1pOfPart(expWide(-1 * widen(bounded))));
}

/** dz * sigmoid(x). */
export function softplusBackward(dz: f32, x: f32): f32 {
  return fround(dz * sigmoid(x));
}
