import { expWide } from './exp-wide.ts';
import { type f32, type f64, narrow, widen } from './forms.ts';

/** From here on erf rounds to 1. */
const LARGEST_ARGUMENT = 4;
/** Below it the series is taken. */
const SERIES_BOUND = 0.5;

/**
 * e^(z^2) erfc(z) for 0 <= z <= 10.5, within 7e-11 of it: a polynomial of degree 12 in t = (z - 3) / (z + 3), divided by 1 + 2 z (Shepherd
 * and Laframboise 1981, Math. Comp. 36, 249-253). Its coefficients are those of `tools/parity/erfc_fit.py`.
 */
export function scaledErfc(z: f64): f64 {
  const t = (z - 3) / (z + 3);
  const c10 = -0.00012593659144500917 + t * (0.0001289865495193801 + t * 3.4030573838876466e-5);
  const c8 = 0.0018930030013616936 + t * (-0.0007918784296321018 + t * c10);
  const c6 = -0.02377057636314501 + t * (0.002534043936642424 + t * c8);
  const c4 = -0.11927372190842343 + t * (0.06830731905508453 + t * c6);
  const c2 = -0.0475622904593603 + t * (0.12964520228507312 + t * c4);
  return (1.2530080582388305 + t * (-0.13562110689859255 + t * c2)) / (1 + 2 * z);
}

/** erf(x) / x for |x| <= 1/2 from x^2: Maclaurin's series to x^16, within 2e-12 of it. */
function erfSeries(square: f64): f64 {
  const c6 = 0.00012055332981789664 + square * (-1.492565035840625e-5 + square * 1.6462114365889248e-6);
  const c4 = 0.005223977625442188 + square * (-0.0008548327023450853 + square * c6);
  const c2 = 0.11283791670955126 + square * (-0.026866170645131252 + square * c4);
  return 1.1283791670955126 + square * (-0.37612638903183754 + square * c2);
}

/** The error function, within 1 ulp of the true value for every float32: in float64, rounded once. A NaN stays one, and so does -0. */
export function erf(x: f32): f32 {
  const size = Math.abs(x);
  const bounded = size > LARGEST_ARGUMENT ? LARGEST_ARGUMENT : size;
  const z = widen(bounded);
  const square = z * z;
  const far = narrow(1 - expWide(-1 * square) * scaledErfc(z));
  const signed = x < 0 ? -far : far;
  const near = narrow(widen(x) * erfSeries(square));
  return size < SERIES_BOUND ? near : signed;
}
