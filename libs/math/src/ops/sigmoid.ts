import { exp } from './exp.ts';
import { type f32, narrow, type PerColumn, widen } from './forms.ts';

const fround = Math.fround;

/**
 * 1 / (1 + e^-x), within 2 ulp of the true value for every float32, from e = exp(-|x|) in float32 so that nothing
 * overflows. The quotient is taken in float64 and rounded once: in float32 the three roundings of e, of 1 + e and of the
 * quotient add up to 2.2 ulp just below a power of two. A NaN stays one.
 */
export function sigmoid(x: f32): f32 {
  const e = exp(-Math.abs(x));
  const numerator = x >= 0 ? 1 : e;
  const denominator = 1 + widen(e);
  const quotient = widen(numerator) / denominator;
  return narrow(quotient);
}

/** sigmoid(y + bias): what follows a matrix product, in one pass. */
export function addBiasSigmoid(y: f32, bias: PerColumn): f32 {
  const sum = fround(y + bias);
  return sigmoid(sum);
}

/** dz * (z * (1 - z)) with z = sigmoid(y): dloss/dy from dloss/dz. */
export function sigmoidBackward(dz: f32, z: f32): f32 {
  const complement = fround(1 - z);
  const slope = fround(z * complement);
  return fround(dz * slope);
}
