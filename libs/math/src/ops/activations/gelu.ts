import { scaledErfc } from '../erf.ts';
import { expWide } from '../exp-wide.ts';
import { type f32, type f64, narrow, widen } from '../forms.ts';

/** Below -14.5 the result rounds to -0, above 14.5 to x. */
const LEAST = -14.5;
const MOST = 14.5;
const ROOT_HALF = 0.7071067811865476;
/** 1 / sqrt(2 pi). */
const DENSITY_AT_0 = 0.3989422804014327;

/** The normal distribution up to x, from |x| and e^(-x^2 / 2): erfc(|x| / sqrt 2) / 2, or 1 less that. */
function normalBelow(x: f32, size: f64, density: f64): f64 {
  const beyond = 0.5 * density * scaledErfc(size * ROOT_HALF);
  const whole = x > 0 ? 1 : 0;
  const sign = x > 0 ? -1 : 1;
  return widen(whole) + widen(sign) * beyond;
}

/** x * Phi(x) with the normal distribution Phi (Hendrycks and Gimpel 2016, arXiv 1606.08415): in float64, rounded once. */
export function gelu(x: f32): f32 {
  const atLeast = x < LEAST ? LEAST : x;
  const bounded = atLeast > MOST ? MOST : atLeast;
  const size = widen(Math.abs(bounded));
  const density = expWide(-0.5 * (size * size));
  return narrow(widen(atLeast) * normalBelow(bounded, size, density));
}

/** dz * (Phi(x) + x phi(x)) with phi the density e^(-x^2 / 2) / sqrt(2 pi): in float64, rounded once. */
export function geluBackward(dz: f32, x: f32): f32 {
  const atLeast = x < LEAST ? LEAST : x;
  const bounded = atLeast > MOST ? MOST : atLeast;
  const size = widen(Math.abs(bounded));
  const density = expWide(-0.5 * (size * size));
  const slope = normalBelow(bounded, size, density) + widen(bounded) * (density * DENSITY_AT_0);
  return narrow(widen(dz) * slope);
}
