import { expWide } from '../exp-wide.ts';
import { type f32, narrow, widen } from '../forms.ts';

/** Below -110 the result rounds to -0, above 89 to x. */
const LEAST = -110;
const MOST = 89;

/** x * sigmoid(x), also called swish (Ramachandran et al. 2017, arXiv 1710.05941): in float64, rounded once. */
export function silu(x: f32): f32 {
  const atLeast = x < LEAST ? LEAST : x;
  const bounded = atLeast > MOST ? MOST : atLeast;
  return narrow(widen(atLeast) / (1 + expWide(-1 * widen(bounded))));
}

/** dz * s (1 + x (1 - s)) with s = sigmoid(x): in float64, rounded once. */
export function siluBackward(dz: f32, x: f32): f32 {
  const atLeast = x < LEAST ? LEAST : x;
  const bounded = atLeast > MOST ? MOST : atLeast;
  const e = expWide(-1 * widen(bounded));
  const s = 1 / (1 + e);
  return narrow(widen(dz) * (s * (1 + widen(bounded) * (s * e))));
}
