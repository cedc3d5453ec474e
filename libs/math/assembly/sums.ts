import { loadPart, storePart } from './vector';

/** Partial sums that can wait at once: more than the leaves of 2^31 rows need. */
@inline const LEVELS: usize = 32;
/** Bytes of a waiting sum: those of sixteen columns, in four vectors. */
@inline const LEVEL_BYTES: usize = ASC_FEATURE_SIMD ? 64 : 8;
/** Columns that are summed side by side: those of a cache line. */
@inline const COLUMNS: i32 = ASC_FEATURE_SIMD ? 16 : 1;

/** Bytes of workspace for `biasGradient` and `squaredErrorSum`. */
export function sumWorkspace(): usize {
  return LEVELS * LEVEL_BYTES;
}

/** out[j] = tree sum over leaves of the rows of a[rows,n], rows > 0; partial sums wait in `stack` as a binary counter carries. */
export function biasGradient(
  out: usize,
  a: usize,
  rows: i32,
  n: i32,
  leafRows: i32,
  stack: usize,
): void {
  const stride = <usize>n * 4;
  let j = 0;
  for (; j + COLUMNS <= n; j += COLUMNS) {
    const at = <usize>j * 4;
    if (ASC_FEATURE_SIMD) sixteenColumns(out + at, a + at, stride, rows, leafRows, stack);
    else oneColumn(out + at, a + at, stride, rows, leafRows, stack);
  }
  if (ASC_FEATURE_SIMD) {
    for (; j < n; j += 4) {
      const at = <usize>j * 4;
      fourColumns(out + at, a + at, stride, rows, min(4, n - j), leafRows, stack);
    }
  }
}

function sixteenColumns(out: usize, a: usize, stride: usize, rows: i32, leafRows: i32, stack: usize): void {
  let finishedLeaves: u32 = 0;
  let remaining = rows;
  while (true) {
    let steps = min(leafRows, remaining);
    remaining -= steps;
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let sum3 = f32x4.splat(0);
    for (; steps > 0; steps--) {
      sum0 = f32x4.add(sum0, v128.load(a));
      sum1 = f32x4.add(sum1, v128.load(a, 16));
      sum2 = f32x4.add(sum2, v128.load(a, 32));
      sum3 = f32x4.add(sum3, v128.load(a, 48));
      a += stride;
    }
    let level = stack;
    for (let waiting = finishedLeaves; waiting != 0; waiting >>= 1) {
      if (waiting & 1) {
        sum0 = f32x4.add(v128.load(level), sum0);
        sum1 = f32x4.add(v128.load(level, 16), sum1);
        sum2 = f32x4.add(v128.load(level, 32), sum2);
        sum3 = f32x4.add(v128.load(level, 48), sum3);
      } else if (remaining > 0) break;
      level += LEVEL_BYTES;
    }
    const to = remaining > 0 ? level : out;
    v128.store(to, sum0);
    v128.store(to, sum1, 16);
    v128.store(to, sum2, 32);
    v128.store(to, sum3, 48);
    if (remaining == 0) return;
    finishedLeaves++;
  }
}

/** Up to four columns. */
function fourColumns(
  out: usize,
  a: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  leafRows: i32,
  stack: usize,
): void {
  let finishedLeaves: u32 = 0;
  let remaining = rows;
  while (true) {
    let steps = min(leafRows, remaining);
    remaining -= steps;
    let sum = f32x4.splat(0);
    for (; steps > 0; steps--) {
      sum = f32x4.add(sum, columns == 4 ? v128.load(a) : loadPart(a, columns));
      a += stride;
    }
    let level = stack;
    for (let waiting = finishedLeaves; waiting != 0; waiting >>= 1) {
      if (waiting & 1) sum = f32x4.add(v128.load(level), sum);
      else if (remaining > 0) break;
      level += LEVEL_BYTES;
    }
    if (remaining == 0) {
      if (columns == 4) v128.store(out, sum);
      else storePart(out, sum, columns);
      return;
    }
    v128.store(level, sum);
    finishedLeaves++;
  }
}

function oneColumn(out: usize, a: usize, stride: usize, rows: i32, leafRows: i32, stack: usize): void {
  let finishedLeaves: u32 = 0;
  let remaining = rows;
  while (true) {
    let steps = min(leafRows, remaining);
    remaining -= steps;
    let sum: f32 = 0;
    for (; steps > 0; steps--) {
      sum = sum + load<f32>(a);
      a += stride;
    }
    let level = stack;
    for (let waiting = finishedLeaves; waiting != 0; waiting >>= 1) {
      if (waiting & 1) sum = load<f32>(level) + sum;
      else if (remaining > 0) break;
      level += LEVEL_BYTES;
    }
    store<f32>(remaining > 0 ? level : out, sum);
    if (remaining == 0) return;
    finishedLeaves++;
  }
}

/** The float64 tree sum over leaves of the rows' losses sum_j error^2 / 2, rows > 0. */
export function squaredErrorSum(error: usize, rows: i32, n: i32, leafRows: i32, stack: usize): f64 {
  let finishedLeaves: u32 = 0;
  let remaining = rows;
  while (true) {
    let steps = min(leafRows, remaining);
    remaining -= steps;
    let sum: f64 = 0;
    for (; steps > 0; steps--) {
      let loss: f64 = 0;
      for (let j = 0; j < n; j++) {
        const d = <f64>load<f32>(error);
        loss += (d * d) / 2;
        error += 4;
      }
      sum += loss;
    }
    let level = stack;
    for (let waiting = finishedLeaves; waiting != 0; waiting >>= 1) {
      if (waiting & 1) sum = load<f64>(level) + sum;
      else if (remaining > 0) break;
      level += LEVEL_BYTES;
    }
    if (remaining == 0) return sum;
    store<f64>(level, sum);
    finishedLeaves++;
  }
}
