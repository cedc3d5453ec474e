import { ACCUMULATE, LEVEL_BYTES, WAIT } from './shape';
import { step } from './vector';

/** A tile of 4 rows and 4 columns in vectors; see `tile` and `tile4x8`. */
export function tile4x4(
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
  const zero = f32x4.splat(0);
  const rootAt = ending == WAIT ? -1 : 0;
  let remaining = length;
  while (true) {
    let steps = min(leafLength, remaining);
    remaining -= steps;
    let b0 = v128.load(b);
    let x = v128.load(a);
    let c00 = step(zero, x, b0);
    x = v128.load(a, 16);
    let c10 = step(zero, x, b0);
    x = v128.load(a, 32);
    let c20 = step(zero, x, b0);
    x = v128.load(a, 48);
    let c30 = step(zero, x, b0);
    while (true) {
      if (--steps == 0) { a += 64; b += 16; break; }
      b0 = v128.load(b, 16);
      x = v128.load(a, 112);
      c30 = step(c30, x, b0);
      x = v128.load(a, 96);
      c20 = step(c20, x, b0);
      x = v128.load(a, 80);
      c10 = step(c10, x, b0);
      x = v128.load(a, 64);
      c00 = step(c00, x, b0);

      if (--steps == 0) { a += 128; b += 32; break; }
      b0 = v128.load(b, 32);
      x = v128.load(a, 176);
      c30 = step(c30, x, b0);
      x = v128.load(a, 160);
      c20 = step(c20, x, b0);
      x = v128.load(a, 144);
      c10 = step(c10, x, b0);
      x = v128.load(a, 128);
      c00 = step(c00, x, b0);

      if (--steps == 0) { a += 192; b += 48; break; }
      b0 = v128.load(b, 48);
      x = v128.load(a, 240);
      c30 = step(c30, x, b0);
      x = v128.load(a, 224);
      c20 = step(c20, x, b0);
      x = v128.load(a, 208);
      c10 = step(c10, x, b0);
      x = v128.load(a, 192);
      c00 = step(c00, x, b0);

      if (--steps == 0) { a += 256; b += 64; break; }
      b0 = v128.load(b, 64);
      x = v128.load(a, 304);
      c30 = step(c30, x, b0);
      x = v128.load(a, 288);
      c20 = step(c20, x, b0);
      x = v128.load(a, 272);
      c10 = step(c10, x, b0);
      x = v128.load(a, 256);
      c00 = step(c00, x, b0);

      a += 256;
      b += 64;
    }

    let level = stack;
    let waiting = finishedLeaves;
    while (waiting & 1) {
      c00 = f32x4.add(v128.load(level), c00);
      c10 = f32x4.add(v128.load(level, 16), c10);
      c20 = f32x4.add(v128.load(level, 32), c20);
      c30 = f32x4.add(v128.load(level, 48), c30);
      level += LEVEL_BYTES;
      waiting >>= 1;
    }
    if (remaining != rootAt) {
      v128.store(level, c00);
      v128.store(level, c10, 16);
      v128.store(level, c20, 32);
      v128.store(level, c30, 48);
      if (remaining == 0) return;
      finishedLeaves++;
      continue;
    }

    for (; waiting != 0; waiting >>= 1) {
      if (waiting & 1) {
        c00 = f32x4.add(v128.load(level), c00);
        c10 = f32x4.add(v128.load(level, 16), c10);
        c20 = f32x4.add(v128.load(level, 32), c20);
        c30 = f32x4.add(v128.load(level, 48), c30);
      }
      level += LEVEL_BYTES;
    }
    if (ending == ACCUMULATE) {
      let row = c;
      c00 = f32x4.add(v128.load(row), c00);
      row += ldc;
      c10 = f32x4.add(v128.load(row), c10);
      row += ldc;
      c20 = f32x4.add(v128.load(row), c20);
      row += ldc;
      c30 = f32x4.add(v128.load(row), c30);
    }
    v128.store(c, c00);
    c += ldc;
    v128.store(c, c10);
    c += ldc;
    v128.store(c, c20);
    c += ldc;
    v128.store(c, c30);
    return;
  }
}
