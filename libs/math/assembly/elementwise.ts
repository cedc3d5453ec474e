/** Kernels of one element each: vectors of four, then the rest one by one with the same operations. */

/** y[r,j] = y[r,j] + bias[j]. */
export function addBias(y: usize, bias: usize, rows: i32, n: i32): void {
  for (let row = 0; row < rows; row++) {
    add(y, y, bias, n);
    y += <usize>n * 4;
  }
}

/** out[i] = dz[i] * (z[i] * (1 - z[i])). */
export function sigmoidBackward(out: usize, dz: usize, z: usize, length: i32): void {
  const vectorBytes = <usize>(length & ~3) * 4;
  const bytes = <usize>length * 4;
  const one = f32x4.splat(1);
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    const value = v128.load(z + at);
    const slope = f32x4.mul(value, f32x4.sub(one, value));
    v128.store(out + at, f32x4.mul(v128.load(dz + at), slope));
  }
  for (; at < bytes; at += 4) {
    const value = load<f32>(z + at);
    const slope: f32 = value * (<f32>1 - value);
    store<f32>(out + at, load<f32>(dz + at) * slope);
  }
}

/** out[i] = a[i] - b[i]. */
export function subtract(out: usize, a: usize, b: usize, length: i32): void {
  const vectorBytes = <usize>(length & ~3) * 4;
  const bytes = <usize>length * 4;
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    v128.store(out + at, f32x4.sub(v128.load(a + at), v128.load(b + at)));
  }
  for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(a + at) - load<f32>(b + at));
}

/** out[i] = a[i] + b[i]. */
export function add(out: usize, a: usize, b: usize, length: i32): void {
  const vectorBytes = <usize>(length & ~3) * 4;
  const bytes = <usize>length * 4;
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
  for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(a + at) + load<f32>(b + at));
}

/** out[i] = a[i] * factor. */
export function scale(out: usize, a: usize, factor: f32, length: i32): void {
  const vectorBytes = <usize>(length & ~3) * 4;
  const bytes = <usize>length * 4;
  const factors = f32x4.splat(factor);
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) v128.store(out + at, f32x4.mul(v128.load(a + at), factors));
  for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(a + at) * factor);
}

/** out[i] = a[i] / divisor. */
export function divide(out: usize, a: usize, divisor: f32, length: i32): void {
  const vectorBytes = <usize>(length & ~3) * 4;
  const bytes = <usize>length * 4;
  const divisors = f32x4.splat(divisor);
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) v128.store(out + at, f32x4.div(v128.load(a + at), divisors));
  for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(a + at) / divisor);
}

/** y[i] = y[i] + alpha * x[i]. */
export function axpy(y: usize, alpha: f32, x: usize, length: i32): void {
  const vectorBytes = <usize>(length & ~3) * 4;
  const bytes = <usize>length * 4;
  const alphas = f32x4.splat(alpha);
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(alphas, v128.load(x + at))));
  }
  for (; at < bytes; at += 4) {
    const product: f32 = alpha * load<f32>(x + at);
    store<f32>(y + at, load<f32>(y + at) + product);
  }
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
  const vectorBytes = <usize>(length & ~3) * 4;
  const bytes = <usize>length * 4;
  const exponent = i32x4.splat(0x7f800000);
  let nonFinite = i32x4.splat(0);
  let at: usize = 0;
  for (; at < vectorBytes; at += 16) {
    nonFinite = v128.or(nonFinite, i32x4.eq(v128.and(v128.load(x + at), exponent), exponent));
  }
  if (v128.any_true(nonFinite)) return false;
  for (; at < bytes; at += 4) {
    if ((load<u32>(x + at) & 0x7f800000) == 0x7f800000) return false;
  }
  return true;
}

/** The primes of libs/math/src/checksum.ts. */
const PRIME_1: i32 = 0x9e3779b1;
const PRIME_2: i32 = 0x85ebca77;

@inline function round(lanes: v128, words: v128): v128 {
  const sum = i32x4.add(lanes, i32x4.mul(words, i32x4.splat(PRIME_2)));
  const rotated = v128.or(i32x4.shl(sum, 13), i32x4.shr_u(sum, 19));
  return i32x4.mul(rotated, i32x4.splat(PRIME_1));
}

@inline function carriesAllOnes(words: v128): v128 {
  const exponent = i32x4.splat(0x7f800000);
  return i32x4.eq(v128.and(words, exponent), exponent);
}

/**
 * The sixteen lanes of `checksumOf`, from the seeds in `lanes` to their values in the same place.
 * Returns whether no exponent is all ones.
 */
export function checksum(lanes: usize, x: usize, length: i32): bool {
  const blockBytes = <usize>(length & ~15) * 4;
  const bytes = <usize>length * 4;
  let lanes0 = v128.load(lanes);
  let lanes1 = v128.load(lanes, 16);
  let lanes2 = v128.load(lanes, 32);
  let lanes3 = v128.load(lanes, 48);
  let nonFinite = i32x4.splat(0);
  let at: usize = 0;
  for (; at < blockBytes; at += 64) {
    const words0 = v128.load(x + at);
    const words1 = v128.load(x + at, 16);
    const words2 = v128.load(x + at, 32);
    const words3 = v128.load(x + at, 48);
    lanes0 = round(lanes0, words0);
    lanes1 = round(lanes1, words1);
    lanes2 = round(lanes2, words2);
    lanes3 = round(lanes3, words3);
    nonFinite = v128.or(nonFinite, v128.or(carriesAllOnes(words0), carriesAllOnes(words1)));
    nonFinite = v128.or(nonFinite, v128.or(carriesAllOnes(words2), carriesAllOnes(words3)));
  }
  v128.store(lanes, lanes0);
  v128.store(lanes, lanes1, 16);
  v128.store(lanes, lanes2, 32);
  v128.store(lanes, lanes3, 48);
  let isFinite = !v128.any_true(nonFinite);
  for (; at < bytes; at += 4) {
    const word = load<i32>(x + at);
    store<i32>(lanes, rotl<i32>(load<i32>(lanes) + word * PRIME_2, 13) * PRIME_1);
    if ((word & 0x7f800000) == 0x7f800000) isFinite = false;
    lanes += 4;
  }
  return isFinite;
}
