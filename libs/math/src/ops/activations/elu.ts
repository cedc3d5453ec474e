import { expm1 } from '../expm1.ts';
import type { f32, Scalar } from '../forms.ts';

const fround = Math.fround;

/** x above 0, else alpha * (e^x - 1) (Clevert et al. 2015, arXiv 1511.07289). */
export function elu(x: f32, alpha: Scalar): f32 {
  const bent = fround(alpha * expm1(x));
  return x > 0 ? x : bent;
}

/** dz above 0, else dz * alpha e^y = dz * (z + alpha) with z = elu(y); the sign of z is that of y, since alpha >= 0. */
export function eluBackward(dz: f32, z: f32, alpha: Scalar): f32 {
  const slope = fround(z + alpha);
  const bent = fround(dz * slope);
  return z > 0 ? dz : bent;
}
