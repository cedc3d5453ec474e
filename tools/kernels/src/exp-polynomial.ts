import { type Approximation, evaluate, type Fit, fitFloat32 } from './minimax.ts';

/** Half of ln 2, and a little more for the rounding of the argument. */
const BOUND = (Math.LN2 / 2) * 1.0005;
const DEGREE = 4;
const SERIES_TERMS = 24;

/** 1/2!, 1/3!, ... as far as float64 sees them. */
const SERIES: number[] = [];
for (let k = 2, factorial = 2; k <= SERIES_TERMS; factorial *= ++k) SERIES.push(1 / factorial);

/** (exp(r) - 1 - r) / r^2 from its series, which does not cancel. */
const tailOfExp = (r: number): number => evaluate(SERIES, r);

/** The error of the tail, multiplied by r^2, is that of exp(r); it is weighed relative to exp(r). */
const EXP_TAIL: Approximation = {
  target: tailOfExp,
  weight: (r) => (r * r) / Math.exp(r),
  bound: BOUND,
};

/** The coefficients C0 to C4 of the contract's exp, and its largest relative error before any rounding. */
export const fitExp = (): Fit => fitFloat32(EXP_TAIL, DEGREE);

/** The bit pattern of a float32. */
export const hexOf = (value: number): string =>
  `0x${new Uint32Array(Float32Array.of(value).buffer)[0]!.toString(16).padStart(8, '0')}`;
