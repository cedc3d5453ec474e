import { expm1Wide } from './exp-wide.ts';
import { type f32, floatOf, narrow, widen } from './forms.ts';

/** Beyond these, e^x - 1 is +Infinity, or rounds to -1. */
const LARGEST_ARGUMENT = 89;
const SMALLEST_ARGUMENT = -20;
/** 2^-25: below it e^x - 1 rounds to x. */
const TINY = floatOf(0x33000000);

/** e^x - 1, within 1 ulp of the true value for every float32: in float64, rounded once. A NaN stays one, and so does -0. */
export function expm1(x: f32): f32 {
  const atMost = x > LARGEST_ARGUMENT ? LARGEST_ARGUMENT : x;
  const argument = atMost < SMALLEST_ARGUMENT ? SMALLEST_ARGUMENT : atMost;
  const value = narrow(expm1Wide(widen(argument)));
  return Math.abs(x) < TINY ? x : value;
}
