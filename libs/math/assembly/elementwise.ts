/** Kernels of one element each: vectors of four, where there are vectors, then the rest one by one with the same operations. */
import { carriesAllOnes, EXPONENT } from './vector';

/** Bytes of the `length` elements that whole vectors hold. */
@inline function vectorBytesOf(length: i32): usize {
  return <usize>(length & ~3) * 4;
}

/** y[r,j] = y[r,j] + bias[j]. */
export function addBias(y: usize, bias: usize, rows: i32, n: i32): void {
  for (let row = 0; row < rows; row++) {
    add(y, y, bias, n);
    y += <usize>n * 4;
  }
}

/** out[i] = dz[i] * (z[i] * (1 - z[i])). */
export function sigmoidBackward(out: usize, dz: usize, z: usize, length: i32): void {
  const bytes = <usize>length * 4;
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const vectorBytes = vectorBytesOf(length);
    const one = f32x4.splat(1);
    for (; at < vectorBytes; at += 16) {
      const value = v128.load(z + at);
      const slope = f32x4.mul(value, f32x4.sub(one, value));
      v128.store(out + at, f32x4.mul(v128.load(dz + at), slope));
    }
  }
  for (; at < bytes; at += 4) {
    const value = load<f32>(z + at);
    const slope: f32 = value * (<f32>1 - value);
    store<f32>(out + at, load<f32>(dz + at) * slope);
  }
}

/** out[i] = a[i] - b[i]. */
export function subtract(out: usize, a: usize, b: usize, length: i32): void {
  const bytes = <usize>length * 4;
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const vectorBytes = vectorBytesOf(length);
    for (; at < vectorBytes; at += 16) {
      v128.store(out + at, f32x4.sub(v128.load(a + at), v128.load(b + at)));
    }
  }
  for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(a + at) - load<f32>(b + at));
}

/** out[i] = a[i] + b[i]. */
export function add(out: usize, a: usize, b: usize, length: i32): void {
  const bytes = <usize>length * 4;
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const vectorBytes = vectorBytesOf(length);
    for (; at < vectorBytes; at += 16) {
      v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
    }
  }
  for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(a + at) + load<f32>(b + at));
}

/** out[i] = a[i] * factor. */
export function scale(out: usize, a: usize, factor: f32, length: i32): void {
  const bytes = <usize>length * 4;
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const vectorBytes = vectorBytesOf(length);
    const factors = f32x4.splat(factor);
    for (; at < vectorBytes; at += 16) v128.store(out + at, f32x4.mul(v128.load(a + at), factors));
  }
  for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(a + at) * factor);
}

/** out[i] = a[i] / divisor. */
export function divide(out: usize, a: usize, divisor: f32, length: i32): void {
  const bytes = <usize>length * 4;
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const vectorBytes = vectorBytesOf(length);
    const divisors = f32x4.splat(divisor);
    for (; at < vectorBytes; at += 16) v128.store(out + at, f32x4.div(v128.load(a + at), divisors));
  }
  for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(a + at) / divisor);
}

/** y[i] = y[i] + alpha * x[i]. */
export function axpy(y: usize, alpha: f32, x: usize, length: i32): void {
  const bytes = <usize>length * 4;
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const vectorBytes = vectorBytesOf(length);
    const alphas = f32x4.splat(alpha);
    for (; at < vectorBytes; at += 16) {
      v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(alphas, v128.load(x + at))));
    }
  }
  for (; at < bytes; at += 4) {
    const product: f32 = alpha * load<f32>(x + at);
    store<f32>(y + at, load<f32>(y + at) + product);
  }
}

/**
 * out[i] = weights[i] - learningRate * (gradientSum[i] / divisor), each operation rounded.
 * Returns whether every out[i] is finite.
 */
export function sgd(
  out: usize,
  weights: usize,
  gradientSum: usize,
  divisor: f32,
  learningRate: f32,
  length: i32,
): bool {
  const bytes = <usize>length * 4;
  let isFinite = true;
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const vectorBytes = vectorBytesOf(length);
    const divisors = f32x4.splat(divisor);
    const rates = f32x4.splat(learningRate);
    let nonFinite = i32x4.splat(0);
    for (; at < vectorBytes; at += 16) {
      const change = f32x4.mul(rates, f32x4.div(v128.load(gradientSum + at), divisors));
      const updated = f32x4.sub(v128.load(weights + at), change);
      v128.store(out + at, updated);
      nonFinite = v128.or(nonFinite, carriesAllOnes(updated));
    }
    isFinite = !v128.any_true(nonFinite);
  }
  for (; at < bytes; at += 4) {
    const gradient: f32 = load<f32>(gradientSum + at) / divisor;
    const change: f32 = learningRate * gradient;
    store<f32>(out + at, load<f32>(weights + at) - change);
    if ((load<u32>(out + at) & EXPONENT) == EXPONENT) isFinite = false;
  }
  return isFinite;
}

/** out[i] = table[bytes[i]]. */
export function lookup(out: usize, bytes: usize, table: usize, length: i32): void {
  for (let i = 0; i < length; i++) {
    store<f32>(out, load<f32>(table + ((<usize>load<u8>(bytes)) << 2)));
    out += 4;
    bytes++;
  }
}

/** Whether no exponent is all ones. */
export function isAllFinite(x: usize, length: i32): bool {
  const bytes = <usize>length * 4;
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const vectorBytes = vectorBytesOf(length);
    let nonFinite = i32x4.splat(0);
    for (; at < vectorBytes; at += 16) nonFinite = v128.or(nonFinite, carriesAllOnes(v128.load(x + at)));
    if (v128.any_true(nonFinite)) return false;
  }
  for (; at < bytes; at += 4) {
    if ((load<u32>(x + at) & EXPONENT) == EXPONENT) return false;
  }
  return true;
}
