import { ACCUMULATE, LEVEL_BYTES, WAIT } from './shape';

/** sum + x * y: two operations, each rounded. */
@inline function step(sum: f32, x: f32, y: f32): f32 {
  const product: f32 = x * y;
  return sum + product;
}

/** A tile of 4 rows and 2 columns without vectors; see `tile`. */
export function tile4x2(
  length: i32,
  leafLength: i32,
  finishedLeaves: u32,
  ending: i32,
  a: usize,
  b: usize,
  c: usize,
  ldc: usize,
  stack: usize,
): void {
  let remaining = length;
  while (true) {
    let steps = min(leafLength, remaining);
    remaining -= steps;
    let c00: f32 = 0, c01: f32 = 0;
    let c10: f32 = 0, c11: f32 = 0;
    let c20: f32 = 0, c21: f32 = 0;
    let c30: f32 = 0, c31: f32 = 0;
    for (; steps > 0; steps--) {
      const b0 = load<f32>(b);
      const b1 = load<f32>(b, 4);
      let x = load<f32>(a);
      c00 = step(c00, x, b0);
      c01 = step(c01, x, b1);
      x = load<f32>(a, 4);
      c10 = step(c10, x, b0);
      c11 = step(c11, x, b1);
      x = load<f32>(a, 8);
      c20 = step(c20, x, b0);
      c21 = step(c21, x, b1);
      x = load<f32>(a, 12);
      c30 = step(c30, x, b0);
      c31 = step(c31, x, b1);
      a += 16;
      b += 8;
    }

    const isRoot = remaining == 0 && ending != WAIT;
    let level = stack;
    for (let waiting = finishedLeaves; waiting != 0; waiting >>= 1) {
      if (waiting & 1) {
        c00 = load<f32>(level) + c00;
        c01 = load<f32>(level, 4) + c01;
        c10 = load<f32>(level, 8) + c10;
        c11 = load<f32>(level, 12) + c11;
        c20 = load<f32>(level, 16) + c20;
        c21 = load<f32>(level, 20) + c21;
        c30 = load<f32>(level, 24) + c30;
        c31 = load<f32>(level, 28) + c31;
      } else if (!isRoot) break;
      level += LEVEL_BYTES;
    }

    if (!isRoot) {
      store<f32>(level, c00);
      store<f32>(level, c01, 4);
      store<f32>(level, c10, 8);
      store<f32>(level, c11, 12);
      store<f32>(level, c20, 16);
      store<f32>(level, c21, 20);
      store<f32>(level, c30, 24);
      store<f32>(level, c31, 28);
      if (remaining == 0) return;
      finishedLeaves++;
      continue;
    }
    if (ending == ACCUMULATE) {
      let row = c;
      c00 = load<f32>(row) + c00;
      c01 = load<f32>(row, 4) + c01;
      row += ldc;
      c10 = load<f32>(row) + c10;
      c11 = load<f32>(row, 4) + c11;
      row += ldc;
      c20 = load<f32>(row) + c20;
      c21 = load<f32>(row, 4) + c21;
      row += ldc;
      c30 = load<f32>(row) + c30;
      c31 = load<f32>(row, 4) + c31;
    }
    store<f32>(c, c00);
    store<f32>(c, c01, 4);
    c += ldc;
    store<f32>(c, c10);
    store<f32>(c, c11, 4);
    c += ldc;
    store<f32>(c, c20);
    store<f32>(c, c21, 4);
    c += ldc;
    store<f32>(c, c30);
    store<f32>(c, c31, 4);
    return;
  }
}
