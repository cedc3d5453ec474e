import { bitsOf, type f32, floatOf, type i32 } from './forms.ts';

const fround = Math.fround;

/** Beyond these, exp is +Infinity, or rounds to +0; between them every intermediate integer fits. */
const LARGEST_ARGUMENT = 89;
const SMALLEST_ARGUMENT = -104;

/** 1.5 * 2^23: adding it rounds a small float to an integer, ties to even, kept in the low bits of the sum. */
const ROUNDING_SHIFT = 12582912;
const ROUNDING_SHIFT_BITS = 0x4b400000;

const LOG2_E = floatOf(0x3fb8aa3b);
/** ln 2 in two parts: the first has 15 significant bits, so that n times it is exact; the second is the remainder. */
const LN2_HIGH = floatOf(0x3f317200);
const LN2_LOW = floatOf(0x35bfbe8e);

/**
 * exp(r) = 1 + r + r^2 * (C0 + C1 r + C2 r^2 + C3 r^3 + C4 r^4) on |r| <= ln(2)/2 * 1.0005. Minimax for the error
 * relative to exp(r) (3.2e-9, a twentieth of an ulp), found by the Remez exchange with the coefficients rounded to
 * float32 one after the other, C0 first, and the rest fitted again each time: `tools/kernels/src/fit-exp.ts`.
 */
const C0 = floatOf(0x3efffffe);
const C1 = floatOf(0x3e2aaa46);
const C2 = floatOf(0x3d2aac2c);
const C3 = floatOf(0x3c091ef0);
const C4 = floatOf(0x3ab56359);

/** The exponent bits of 1, and how far they lie above those of the significand. */
const EXPONENT_OF_ONE = 127;
const SIGNIFICAND_BITS = 23;

/** 2^n for -126 <= n <= 127, made from its exponent bits. */
export function powerOfTwo(n: i32): f32 {
  const exponent = (n + EXPONENT_OF_ONE) | 0;
  return floatOf(exponent << SIGNIFICAND_BITS);
}

/**
 * e^x in float32: within 1 ulp of the true value for every float32 (2^-149 is the ulp of subnormal results).
 * x = n ln 2 + r with n an integer; a NaN stays one.
 */
export function exp(x: f32): f32 {
  const atMost = x > LARGEST_ARGUMENT ? LARGEST_ARGUMENT : x;
  const argument = atMost < SMALLEST_ARGUMENT ? SMALLEST_ARGUMENT : atMost;

  const scaled = fround(argument * LOG2_E);
  const shifted = fround(scaled + ROUNDING_SHIFT);
  const whole = fround(shifted - ROUNDING_SHIFT);
  const n = (bitsOf(shifted) - ROUNDING_SHIFT_BITS) | 0;

  const highProduct = fround(whole * LN2_HIGH);
  const high = fround(argument - highProduct);
  const low = fround(whole * LN2_LOW);
  const r = fround(high - low);

  const product4 = fround(C4 * r);
  const sum3 = fround(product4 + C3);
  const product3 = fround(sum3 * r);
  const sum2 = fround(product3 + C2);
  const product2 = fround(sum2 * r);
  const sum1 = fround(product2 + C1);
  const product1 = fround(sum1 * r);
  const polynomial = fround(product1 + C0);

  const square = fround(r * r);
  const tail = fround(square * polynomial);
  const tailLessLow = fround(tail - low);

  // mantissa = 1 + high + tailLessLow: what the first two roundings cost is known exactly (Dekker) and put back.
  const fraction = fround(high + tailLessLow);
  const highKept = fround(fraction - high);
  const fractionLost = fround(tailLessLow - highKept);
  const rough = fround(1 + fraction);
  const fractionKept = fround(rough - 1);
  const roughLost = fround(fraction - fractionKept);
  const lost = fround(roughLost + fractionLost);
  const mantissa = fround(rough + lost);

  // Two steps, since 2^128 and 2^-150 are not float32 values; the first is exact, so there is one rounding.
  const firstHalf = n >> 1;
  const secondHalf = (n - firstHalf) | 0;
  const halfway = fround(mantissa * powerOfTwo(firstHalf));
  return fround(halfway * powerOfTwo(secondHalf));
}
