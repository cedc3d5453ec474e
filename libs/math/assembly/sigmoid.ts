import { loadPart, storePart } from './vector';

/**
 * exp and sigmoid: the same operations, in the same order, as in src/reference/functions.ts, where the constants are explained;
 * in vectors of four, or one number at a time where there are no vectors.
 */
const LARGEST_ARGUMENT: f32 = 89;
const SMALLEST_ARGUMENT: f32 = -104;
const ROUNDING_SHIFT: f32 = 12582912;
const ROUNDING_SHIFT_BITS: i32 = 0x4b400000;
const LOG2_E: f32 = reinterpret<f32>(0x3fb8aa3b);
const LN2_HIGH: f32 = reinterpret<f32>(0x3f317200);
const LN2_LOW: f32 = reinterpret<f32>(0x35bfbe8e);
const C0: f32 = reinterpret<f32>(0x3efffffe);
const C1: f32 = reinterpret<f32>(0x3e2aaa46);
const C2: f32 = reinterpret<f32>(0x3d2aac2c);
const C3: f32 = reinterpret<f32>(0x3c091ef0);
const C4: f32 = reinterpret<f32>(0x3ab56359);

/** out[i] = sigmoid(y[i]). */
export function sigmoid(out: usize, y: usize, length: i32): void {
  sigmoidOfSum(out, y, 0, length);
}

/** z[r,j] = sigmoid(z[r,j] + bias[j]). */
export function addBiasSigmoid(z: usize, bias: usize, rows: i32, n: i32): void {
  for (let row = 0; row < rows; row++) {
    sigmoidOfSum(z, z, bias, n);
    z += <usize>n * 4;
  }
}

/** out[i] = sigmoid(y[i] + bias[i]), or sigmoid(y[i]) where `bias` is 0. */
function sigmoidOfSum(out: usize, y: usize, bias: usize, length: i32): void {
  if (ASC_FEATURE_SIMD) {
    const vectorBytes = <usize>(length & ~3) * 4;
    let at: usize = 0;
    for (; at < vectorBytes; at += 16) {
      let x = v128.load(y + at);
      if (bias) x = f32x4.add(x, v128.load(bias + at));
      v128.store(out + at, sigmoid4(x));
    }
    const rest = length & 3;
    if (rest == 0) return;
    let x = loadPart(y + at, rest);
    if (bias) x = f32x4.add(x, loadPart(bias + at, rest));
    storePart(out + at, sigmoid4(x), rest);
  } else {
    const bytes = <usize>length * 4;
    for (let at: usize = 0; at < bytes; at += 4) {
      let x = load<f32>(y + at);
      if (bias) x = x + load<f32>(bias + at);
      store<f32>(out + at, sigmoid1(x));
    }
  }
}

/** Four exponentials at once. */
@inline function exp4(x: v128): v128 {
  const largest = f32x4.splat(LARGEST_ARGUMENT);
  const smallest = f32x4.splat(SMALLEST_ARGUMENT);
  let argument = v128.bitselect(largest, x, f32x4.gt(x, largest));
  argument = v128.bitselect(smallest, argument, f32x4.lt(x, smallest));

  const shift = f32x4.splat(ROUNDING_SHIFT);
  const shifted = f32x4.add(f32x4.mul(argument, f32x4.splat(LOG2_E)), shift);
  const whole = f32x4.sub(shifted, shift);
  const n = i32x4.sub(shifted, i32x4.splat(ROUNDING_SHIFT_BITS));

  const high = f32x4.sub(argument, f32x4.mul(whole, f32x4.splat(LN2_HIGH)));
  const low = f32x4.mul(whole, f32x4.splat(LN2_LOW));
  const r = f32x4.sub(high, low);

  let polynomial = f32x4.splat(C4);
  polynomial = f32x4.add(f32x4.mul(polynomial, r), f32x4.splat(C3));
  polynomial = f32x4.add(f32x4.mul(polynomial, r), f32x4.splat(C2));
  polynomial = f32x4.add(f32x4.mul(polynomial, r), f32x4.splat(C1));
  polynomial = f32x4.add(f32x4.mul(polynomial, r), f32x4.splat(C0));
  const tail = f32x4.mul(f32x4.mul(r, r), polynomial);
  const tailLessLow = f32x4.sub(tail, low);

  const one = f32x4.splat(1);
  const fraction = f32x4.add(high, tailLessLow);
  const fractionLost = f32x4.sub(tailLessLow, f32x4.sub(fraction, high));
  const rough = f32x4.add(one, fraction);
  const roughLost = f32x4.sub(fraction, f32x4.sub(rough, one));
  const mantissa = f32x4.add(rough, f32x4.add(roughLost, fractionLost));

  const firstHalf = i32x4.shr_s(n, 1);
  const secondHalf = i32x4.sub(n, firstHalf);
  return f32x4.mul(f32x4.mul(mantissa, powersOfTwo(firstHalf)), powersOfTwo(secondHalf));
}

@inline function powersOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** Four times x >= 0 ? 1 / (1 + e) : e / (1 + e) with e = exp(-|x|), the quotient in float64. */
@inline function sigmoid4(x: v128): v128 {
  const zero = f32x4.splat(0);
  const e = exp4(v128.or(x, i32x4.splat(0x80000000)));
  const numerator = v128.bitselect(f32x4.splat(1), e, f32x4.ge(x, zero));
  const low = quotient(numerator, e);
  const high = quotient(upperHalf(numerator), upperHalf(e));
  return v128.shuffle<f32>(low, high, 0, 1, 4, 5);
}

@inline function upperHalf(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 2, 3, 2, 3);
}

/** numerator / (1 + e) of the two lower lanes. */
@inline function quotient(numerator: v128, e: v128): v128 {
  const denominator = f64x2.add(f64x2.splat(1), f64x2.promote_low_f32x4(e));
  return f32x4.demote_f64x2_zero(f64x2.div(f64x2.promote_low_f32x4(numerator), denominator));
}

/** One exponential. */
function exp1(x: f32): f32 {
  let argument = x;
  if (x > LARGEST_ARGUMENT) argument = LARGEST_ARGUMENT;
  if (x < SMALLEST_ARGUMENT) argument = SMALLEST_ARGUMENT;

  const scaled: f32 = argument * LOG2_E;
  const shifted: f32 = scaled + ROUNDING_SHIFT;
  const whole: f32 = shifted - ROUNDING_SHIFT;
  const n = reinterpret<i32>(shifted) - ROUNDING_SHIFT_BITS;

  const high: f32 = argument - whole * LN2_HIGH;
  const low: f32 = whole * LN2_LOW;
  const r: f32 = high - low;

  let polynomial: f32 = C4;
  polynomial = polynomial * r + C3;
  polynomial = polynomial * r + C2;
  polynomial = polynomial * r + C1;
  polynomial = polynomial * r + C0;
  const tail: f32 = r * r * polynomial;
  const tailLessLow: f32 = tail - low;

  const one: f32 = 1;
  const fraction: f32 = high + tailLessLow;
  const fractionLost: f32 = tailLessLow - (fraction - high);
  const rough: f32 = one + fraction;
  const roughLost: f32 = fraction - (rough - one);
  const mantissa: f32 = rough + (roughLost + fractionLost);

  const firstHalf = n >> 1;
  return mantissa * powerOfTwo(firstHalf) * powerOfTwo(n - firstHalf);
}

@inline function powerOfTwo(n: i32): f32 {
  return reinterpret<f32>((n + 127) << 23);
}

/** x >= 0 ? 1 / (1 + e) : e / (1 + e) with e = exp(-|x|), the quotient in float64. */
@inline function sigmoid1(x: f32): f32 {
  const isPositive = x >= 0;
  const e = <f64>exp1(isPositive ? -x : x);
  const numerator: f64 = isPositive ? 1 : e;
  return <f32>(numerator / (1 + e));
}
