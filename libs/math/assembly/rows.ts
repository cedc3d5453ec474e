/** Sums along a row: 16 interleaved lanes, joined up the contract's fixed tree (section 4). */
import { loadPart } from './vector';

/** Bytes of the lanes of a row. */
@inline const LANE_BYTES: usize = 64;

/** Workspace of the sums here. */
export function rowWorkspace(): usize {
  return LANE_BYTES;
}

/** Joins the lanes: neighbours first, since a node of 16 is its lower half plus its upper one. */
function joined(lanes: usize): f32 {
  for (let apart: usize = 4; apart < LANE_BYTES; apart *= 2) {
    for (let at: usize = 0; at < LANE_BYTES; at += 2 * apart) {
      store<f32>(lanes + at, load<f32>(lanes + at) + load<f32>(lanes + at + apart));
    }
  }
  return load<f32>(lanes);
}

/** Up to four numbers at `from`, of `left` numbers that there are; the other lanes are +0, which adds nothing. */
@inline function loadLeft(from: usize, left: i32): v128 {
  return left >= 4 ? v128.load(from) : left > 0 ? loadPart(from, left) : f32x4.splat(0);
}

/** The lane sum of a row of `n` numbers. */
function rowSum(x: usize, n: i32, lanes: usize): f32 {
  if (ASC_FEATURE_SIMD) {
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    let left = n;
    for (; left >= 16; left -= 16, x += LANE_BYTES) {
      sum0 = f32x4.add(sum0, v128.load(x));
      sum1 = f32x4.add(sum1, v128.load(x, 16));
      sum2 = f32x4.add(sum2, v128.load(x, 32));
      sum3 = f32x4.add(sum3, v128.load(x, 48));
    }
    v128.store(lanes, f32x4.add(sum0, loadLeft(x, left)));
    v128.store(lanes, f32x4.add(sum1, loadLeft(x + 16, left - 4)), 16);
    v128.store(lanes, f32x4.add(sum2, loadLeft(x + 32, left - 8)), 32);
    v128.store(lanes, f32x4.add(sum3, loadLeft(x + 48, left - 12)), 48);
  } else {
    memory.fill(lanes, 0, LANE_BYTES);
    for (let j = 0; j < n; j++, x += 4) {
      const lane = lanes + ((<usize>(j & 15)) << 2);
      store<f32>(lane, load<f32>(lane) + load<f32>(x));
    }
  }
  return joined(lanes);
}

/** The lane sum of the products of two rows of `n` numbers. */
function rowDot(a: usize, b: usize, n: i32, lanes: usize): f32 {
  if (ASC_FEATURE_SIMD) {
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    let left = n;
    for (; left >= 16; left -= 16, a += LANE_BYTES, b += LANE_BYTES) {
      sum0 = f32x4.add(sum0, f32x4.mul(v128.load(a), v128.load(b)));
      sum1 = f32x4.add(sum1, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
      sum2 = f32x4.add(sum2, f32x4.mul(v128.load(a, 32), v128.load(b, 32)));
      sum3 = f32x4.add(sum3, f32x4.mul(v128.load(a, 48), v128.load(b, 48)));
    }
    v128.store(lanes, f32x4.add(sum0, f32x4.mul(loadLeft(a, left), loadLeft(b, left))));
    v128.store(lanes, f32x4.add(sum1, f32x4.mul(loadLeft(a + 16, left - 4), loadLeft(b + 16, left - 4))), 16);
    v128.store(lanes, f32x4.add(sum2, f32x4.mul(loadLeft(a + 32, left - 8), loadLeft(b + 32, left - 8))), 32);
    v128.store(lanes, f32x4.add(sum3, f32x4.mul(loadLeft(a + 48, left - 12), loadLeft(b + 48, left - 12))), 48);
  } else {
    memory.fill(lanes, 0, LANE_BYTES);
    for (let j = 0; j < n; j++, a += 4, b += 4) {
      const lane = lanes + ((<usize>(j & 15)) << 2);
      const product: f32 = load<f32>(a) * load<f32>(b);
      store<f32>(lane, load<f32>(lane) + product);
    }
  }
  return joined(lanes);
}

/** out[r] = the lane sum of x[r,j]. */
export function rowSums(out: usize, x: usize, rows: i32, n: i32, lanes: usize): void {
  for (let row = 0; row < rows; row++, out += 4, x += <usize>n * 4) store<f32>(out, rowSum(x, n, lanes));
}

/** out[r] = the lane sum of a[r,j] * b[r,j]. */
export function rowDots(out: usize, a: usize, b: usize, rows: i32, n: i32, lanes: usize): void {
  const bytes = <usize>n * 4;
  for (let row = 0; row < rows; row++, out += 4, a += bytes, b += bytes) {
    store<f32>(out, rowDot(a, b, n, lanes));
  }
}

/** out[r] = x[r,0], replaced by each x[r,j] above what is there; n > 0. */
export function rowMaxima(out: usize, x: usize, rows: i32, n: i32): void {
  for (let row = 0; row < rows; row++, out += 4) {
    let most = load<f32>(x);
    x += 4;
    for (let j = 1; j < n; j++, x += 4) {
      const value = load<f32>(x);
      if (value > most) most = value;
    }
    store<f32>(out, most);
  }
}
