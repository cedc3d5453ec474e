import { expWide } from '../exp-wide.ts';
import { type f32, type f64, narrow, widen } from '../forms.ts';

/** Below -11 the result rounds to -0, above 11 to x. */
const LEAST = -11;
const MOST = 11;
/** 2 sqrt(2 / pi), and that times 0.044715. */
const LINEAR = 1.5957691216057308;
const CUBIC = 0.07135481627260025;
/** Three times CUBIC. */
const CUBIC_SLOPE = 0.21406444881780073;

/** e^-w with w = 2 sqrt(2 / pi) (x + 0.044715 x^3), since (1 + tanh(w / 2)) / 2 = 1 / (1 + e^-w). */
function decay(x: f64): f64 {
  return expWide(-1 * (x * (LINEAR + CUBIC * (x * x))));
}

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, which is near gelu(x): in float64, rounded once. */
export function geluTanh(x: f32): f32 {
  const atLeast = x < LEAST ? LEAST : x;
  const bounded = atLeast > MOST ? MOST : atLeast;
  return narrow(widen(atLeast) / (1 + decay(widen(bounded))));
}

/** dz * (s + x s (1 - s) dw/dx) with s = 1 / (1 + e^-w): in float64, rounded once. */
export function geluTanhBackward(dz: f32, x: f32): f32 {
  const atLeast = x < LEAST ? LEAST : x;
  const bounded = atLeast > MOST ? MOST : atLeast;
  const wide = widen(bounded);
  const e = decay(wide);
  const s = 1 / (1 + e);
  const steepness = LINEAR + CUBIC_SLOPE * (wide * wide);
  return narrow(widen(dz) * (s + wide * (s * (s * e)) * steepness));
}
