import type { f32, Scalar } from '../forms.ts';

const fround = Math.fround;

/** x above 0, else x * slope. */
export function leakyRelu(x: f32, slope: Scalar): f32 {
  const leak = fround(x * slope);
  return x > 0 ? x : leak;
}

/** dz above 0, else dz * slope, at 0 too (PyTorch's choice); the sign of z = leakyRelu(y) is that of y, since slope >= 0. */
export function leakyReluBackward(dz: f32, z: f32, slope: Scalar): f32 {
  const leak = fround(dz * slope);
  return z > 0 ? dz : leak;
}
