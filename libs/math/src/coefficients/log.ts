/** 2 / (2k + 3), k = 0 .. 10, each rounded to float64: what atanh's series has behind its first term. */
const SERIES = [
  0.6666666666666666, 0.4, 0.2857142857142857, 0.2222222222222222, 0.18181818181818182, 0.15384615384615385,
  0.13333333333333333, 0.11764705882352941, 0.10526315789473684, 0.09523809523809523, 0.08695652173913043,
];
/** ln 2 in two parts: the first has 32 significant bits, so that an exponent times it is exact; the second is the remainder. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** 2^54 lifts a subnormal number among those whose exponent can be read. */
const LIFT = 54;
const EXPONENT_BIAS = 1023;
const SMALLEST_NORMAL = 2 ** -1022;

const view = new DataView(new ArrayBuffer(8));

/**
 * ln x in float64 by + - * / alone, the same bits on every engine (contract, section 1): within 1 ulp of the true value. x = 2^n m with
 * sqrt(1/2) <= m < sqrt(2), and with f = m - 1, which is exact, and s = f / (2 + f): ln m = 2 atanh(s) = f - s (f - r), where
 * r = 2 (s^2 / 3 + s^4 / 5 + ...) is cut where its rest is below 1e-19. So most of ln m is exact, and only a correction is rounded.
 * @param x above 0; infinity and what is no number stay as they are
 */
export function log(x: number): number {
  if (!(x < Infinity)) return x;
  const isSubnormal = x < SMALLEST_NORMAL;
  view.setFloat64(0, isSubnormal ? x * 2 ** LIFT : x);
  const high = view.getUint32(0);
  view.setUint32(0, (high & 0x000fffff) | (EXPONENT_BIAS << 20));
  const significand = view.getFloat64(0);
  const isLarge = significand > Math.SQRT2;
  const f = (isLarge ? significand / 2 : significand) - 1;
  const n = (high >>> 20) - EXPONENT_BIAS - (isSubnormal ? LIFT : 0) + (isLarge ? 1 : 0);
  const s = f / (2 + f);
  const square = s * s;
  let r = 0;
  for (let k = SERIES.length - 1; k >= 0; k--) r = r * square + SERIES[k]!;
  return n * LN2_HIGH - (s * (f - r * square) - n * LN2_LOW - f);
}
