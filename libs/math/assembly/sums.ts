import { LEVELS, loadPart, storePart } from './vector';

/** Bytes of workspace for `biasGradient` and `squaredErrorSum`. */
export function sumWorkspace(): usize {
  return LEVELS * 16;
}

/** out[j] = tree sum over leaves of the rows of a[rows,n], rows > 0. */
export function biasGradient(
  out: usize,
  a: usize,
  rows: i32,
  n: i32,
  leafRows: i32,
  workspace: usize,
): void {
  for (let j = 0; j < n; j += 4) {
    const columns = min(4, n - j);
    const at = <usize>j * 4;
    const sum = columnSums(a + at, <usize>n * 4, rows, columns, leafRows, workspace);
    if (columns == 4) v128.store(out + at, sum);
    else storePart(out + at, sum, columns);
  }
}

/** The tree sums of up to four columns; partial sums wait in `stack` as a binary counter carries. */
@inline function columnSums(
  a: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  leafRows: i32,
  stack: usize,
): v128 {
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
      level += 16;
    }
    if (remaining == 0) return sum;
    v128.store(level, sum);
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
      level += 16;
    }
    if (remaining == 0) return sum;
    store<f64>(level, sum);
    finishedLeaves++;
  }
}
