/**
 * The contract's own scalar functions (section 1): written sequences of float32 operations, one rounding a line, so that
 * every engine and every vector width gives the same bits. `Math.fround(a op b)` is exactly the float32 operation.
 */
const fround = Math.fround;

/** The float32 whose bit pattern is `bits`. */
function floatFromBits(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
}

/** Beyond these, exp is +Infinity, or rounds to +0; between them every intermediate integer fits. */
const LARGEST_ARGUMENT = 89;
const SMALLEST_ARGUMENT = -104;

/** 1.5 * 2^23: adding it rounds a small float to an integer, ties to even, kept in the low bits of the sum. */
const ROUNDING_SHIFT = 12582912;
const ROUNDING_SHIFT_BITS = 0x4b400000;

const LOG2_E = floatFromBits(0x3fb8aa3b);
/** ln 2 in two parts: the first has 15 significant bits, so that n times it is exact; the second is the remainder. */
const LN2_HIGH = floatFromBits(0x3f317200);
const LN2_LOW = floatFromBits(0x35bfbe8e);

/**
 * exp(r) = 1 + r + r^2 * (C0 + C1 r + C2 r^2 + C3 r^3 + C4 r^4) on |r| <= ln(2)/2 * 1.0005. Minimax for the error
 * relative to exp(r) (3.2e-9, a twentieth of an ulp), found by the Remez exchange with the coefficients rounded to
 * float32 one after the other, C0 first, and the rest fitted again each time: `tools/kernels/src/fit-exp.ts`.
 */
const C0 = floatFromBits(0x3efffffe);
const C1 = floatFromBits(0x3e2aaa46);
const C2 = floatFromBits(0x3d2aac2c);
const C3 = floatFromBits(0x3c091ef0);
const C4 = floatFromBits(0x3ab56359);

const scratchFloat = new Float32Array(1);
const scratchBits = new Int32Array(scratchFloat.buffer);

/** 2^n for -126 <= n <= 127, made from its exponent bits. */
function powerOfTwo(n: number): number {
  scratchBits[0] = (n + 127) << 23;
  return scratchFloat[0]!;
}

/**
 * e^x in float32: within 1 ulp of the true value for every float32 (2^-149 is the ulp of subnormal results).
 * x = n ln 2 + r with n an integer; a NaN stays one.
 */
export function exp(x: number): number {
  let argument = x;
  if (x > LARGEST_ARGUMENT) argument = LARGEST_ARGUMENT;
  if (x < SMALLEST_ARGUMENT) argument = SMALLEST_ARGUMENT;

  const scaled = fround(argument * LOG2_E);
  const shifted = fround(scaled + ROUNDING_SHIFT);
  const whole = fround(shifted - ROUNDING_SHIFT);
  scratchFloat[0] = shifted;
  const n = scratchBits[0]! - ROUNDING_SHIFT_BITS;

  const highProduct = fround(whole * LN2_HIGH);
  const high = fround(argument - highProduct);
  const low = fround(whole * LN2_LOW);
  const r = fround(high - low);

  let polynomial = C4;
  polynomial = fround(polynomial * r);
  polynomial = fround(polynomial + C3);
  polynomial = fround(polynomial * r);
  polynomial = fround(polynomial + C2);
  polynomial = fround(polynomial * r);
  polynomial = fround(polynomial + C1);
  polynomial = fround(polynomial * r);
  polynomial = fround(polynomial + C0);

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
  const secondHalf = n - firstHalf;
  const halfway = fround(mantissa * powerOfTwo(firstHalf));
  return fround(halfway * powerOfTwo(secondHalf));
}

/**
 * 1 / (1 + e^-x), within 2 ulp of the true value for every float32, from e = exp(-|x|) in float32 so that nothing
 * overflows. The quotient is taken in float64 and rounded once: in float32 the three roundings of e, of 1 + e and of the
 * quotient add up to 2.2 ulp just below a power of two. A NaN stays one.
 */
export function sigmoid(x: number): number {
  const isPositive = x >= 0;
  const e = exp(isPositive ? -x : x);
  const denominator = 1 + e;
  const quotient = (isPositive ? 1 : e) / denominator;
  return fround(quotient);
}
