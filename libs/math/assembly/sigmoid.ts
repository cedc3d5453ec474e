import { loadPart, storePart } from './vector';

/**
 * Four exponentials at once: the same operations, in the same order, as `exp` in src/reference/functions.ts, where the
 * constants are explained.
 */
@inline function exp4(x: v128): v128 {
  const largest = f32x4.splat(89);
  const smallest = f32x4.splat(-104);
  let argument = v128.bitselect(largest, x, f32x4.gt(x, largest));
  argument = v128.bitselect(smallest, argument, f32x4.lt(x, smallest));

  const shift = f32x4.splat(12582912);
  const shifted = f32x4.add(f32x4.mul(argument, f32x4.splat(reinterpret<f32>(0x3fb8aa3b))), shift);
  const whole = f32x4.sub(shifted, shift);
  const n = i32x4.sub(shifted, i32x4.splat(0x4b400000));

  const high = f32x4.sub(argument, f32x4.mul(whole, f32x4.splat(reinterpret<f32>(0x3f317200))));
  const low = f32x4.mul(whole, f32x4.splat(reinterpret<f32>(0x35bfbe8e)));
  const r = f32x4.sub(high, low);

  let polynomial = f32x4.splat(reinterpret<f32>(0x3ab56359));
  polynomial = f32x4.add(f32x4.mul(polynomial, r), f32x4.splat(reinterpret<f32>(0x3c091ef0)));
  polynomial = f32x4.add(f32x4.mul(polynomial, r), f32x4.splat(reinterpret<f32>(0x3d2aac2c)));
  polynomial = f32x4.add(f32x4.mul(polynomial, r), f32x4.splat(reinterpret<f32>(0x3e2aaa46)));
  polynomial = f32x4.add(f32x4.mul(polynomial, r), f32x4.splat(reinterpret<f32>(0x3efffffe)));
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
  return f32x4.mul(f32x4.mul(mantissa, powerOfTwo(firstHalf)), powerOfTwo(secondHalf));
}

@inline function powerOfTwo(n: v128): v128 {
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

/** out[i] = sigmoid(y[i]). */
export function sigmoid(out: usize, y: usize, length: i32): void {
  const vectorBytes = <usize>(length & ~3) * 4;
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) v128.store(out + at, sigmoid4(v128.load(y + at)));
  const rest = length & 3;
  if (rest > 0) storePart(out + at, sigmoid4(loadPart(y + at, rest)), rest);
}

/** z[r,j] = sigmoid(z[r,j] + bias[j]). */
export function addBiasSigmoid(z: usize, bias: usize, rows: i32, n: i32): void {
  const vectorBytes = <usize>(n & ~3) * 4;
  const rest = n & 3;
  for (let row = 0; row < rows; row++) {
    let at: usize = 0;
    for (; at < vectorBytes; at += 16) {
      v128.store(z + at, sigmoid4(f32x4.add(v128.load(z + at), v128.load(bias + at))));
    }
    if (rest > 0) {
      const y = f32x4.add(loadPart(z + at, rest), loadPart(bias + at, rest));
      storePart(z + at, sigmoid4(y), rest);
    }
    z += <usize>n * 4;
  }
}
