/** The true values of the contract's functions in float64, whose own error is far below what is measured. */
export const TRUTHS = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  tanh: Math.tanh,
  sigmoid: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  softplus: (x) => (x > 0 ? x : 0) + Math.log1p(Math.exp(-Math.abs(x))),
  erf: trueErf,
} as const satisfies Readonly<Record<string, (x: number) => number>>;

/** From here on the continued fraction is the shorter way. */
const SERIES_BOUND = 2.5;
const FRACTION_TERMS = 60;
const TWO_BY_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** erf as a series whose terms have one sign, or 1 less the continued fraction of erfc (Abramowitz and Stegun, 7.1.6 and 7.1.14). */
function trueErf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  const square = x * x;
  if (size < SERIES_BOUND) {
    let [term, sum] = [1, 1];
    for (let n = 1; term > 1e-18 * sum; n++) {
      term *= (2 * square) / (2 * n + 1);
      sum += term;
    }
    return TWO_BY_ROOT_PI * x * Math.exp(-square) * sum;
  }
  if (Number.isNaN(x)) return x;
  let fraction = size;
  for (let n = FRACTION_TERMS; n > 0; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - (Math.exp(-square) * TWO_BY_ROOT_PI) / 2 / fraction);
}
