import { ACCUMULATE, LEVEL_BYTES, WAIT } from './shape';
import { step } from './vector';

/**
 * A tile of 4 rows and 8 columns in vectors; see `tile`.
 *
 * How it is written is what V8 makes fast code of; others do well with it, too. Eight steps a round, each with its own way out: an
 * unbroken stretch of several steps has all its loads moved to its beginning, runs out of registers, and spills. The rows of a step go
 * from the last to the first, which is the order that their sums are computed in, so that each load stays beside its use. The first
 * step of a leaf stands apart, so that no accumulator need be cleared: it adds to +0, which makes a product of -0 the +0 of
 * the contract.
 */
export function tile4x8(
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
    let b1 = v128.load(b, 16);
    let x = v128.load(a);
    let c00 = step(zero, x, b0);
    let c01 = step(zero, x, b1);
    x = v128.load(a, 16);
    let c10 = step(zero, x, b0);
    let c11 = step(zero, x, b1);
    x = v128.load(a, 32);
    let c20 = step(zero, x, b0);
    let c21 = step(zero, x, b1);
    x = v128.load(a, 48);
    let c30 = step(zero, x, b0);
    let c31 = step(zero, x, b1);
    while (true) {
      if (--steps == 0) { a += 64; b += 32; break; }
      b1 = v128.load(b, 48);
      b0 = v128.load(b, 32);
      x = v128.load(a, 112);
      c30 = step(c30, x, b0);
      c31 = step(c31, x, b1);
      x = v128.load(a, 96);
      c20 = step(c20, x, b0);
      c21 = step(c21, x, b1);
      x = v128.load(a, 80);
      c10 = step(c10, x, b0);
      c11 = step(c11, x, b1);
      x = v128.load(a, 64);
      c00 = step(c00, x, b0);
      c01 = step(c01, x, b1);

      if (--steps == 0) { a += 128; b += 64; break; }
      b1 = v128.load(b, 80);
      b0 = v128.load(b, 64);
      x = v128.load(a, 176);
      c30 = step(c30, x, b0);
      c31 = step(c31, x, b1);
      x = v128.load(a, 160);
      c20 = step(c20, x, b0);
      c21 = step(c21, x, b1);
      x = v128.load(a, 144);
      c10 = step(c10, x, b0);
      c11 = step(c11, x, b1);
      x = v128.load(a, 128);
      c00 = step(c00, x, b0);
      c01 = step(c01, x, b1);

      if (--steps == 0) { a += 192; b += 96; break; }
      b1 = v128.load(b, 112);
      b0 = v128.load(b, 96);
      x = v128.load(a, 240);
      c30 = step(c30, x, b0);
      c31 = step(c31, x, b1);
      x = v128.load(a, 224);
      c20 = step(c20, x, b0);
      c21 = step(c21, x, b1);
      x = v128.load(a, 208);
      c10 = step(c10, x, b0);
      c11 = step(c11, x, b1);
      x = v128.load(a, 192);
      c00 = step(c00, x, b0);
      c01 = step(c01, x, b1);

      if (--steps == 0) { a += 256; b += 128; break; }
      b1 = v128.load(b, 144);
      b0 = v128.load(b, 128);
      x = v128.load(a, 304);
      c30 = step(c30, x, b0);
      c31 = step(c31, x, b1);
      x = v128.load(a, 288);
      c20 = step(c20, x, b0);
      c21 = step(c21, x, b1);
      x = v128.load(a, 272);
      c10 = step(c10, x, b0);
      c11 = step(c11, x, b1);
      x = v128.load(a, 256);
      c00 = step(c00, x, b0);
      c01 = step(c01, x, b1);

      if (--steps == 0) { a += 320; b += 160; break; }
      b1 = v128.load(b, 176);
      b0 = v128.load(b, 160);
      x = v128.load(a, 368);
      c30 = step(c30, x, b0);
      c31 = step(c31, x, b1);
      x = v128.load(a, 352);
      c20 = step(c20, x, b0);
      c21 = step(c21, x, b1);
      x = v128.load(a, 336);
      c10 = step(c10, x, b0);
      c11 = step(c11, x, b1);
      x = v128.load(a, 320);
      c00 = step(c00, x, b0);
      c01 = step(c01, x, b1);

      if (--steps == 0) { a += 384; b += 192; break; }
      b1 = v128.load(b, 208);
      b0 = v128.load(b, 192);
      x = v128.load(a, 432);
      c30 = step(c30, x, b0);
      c31 = step(c31, x, b1);
      x = v128.load(a, 416);
      c20 = step(c20, x, b0);
      c21 = step(c21, x, b1);
      x = v128.load(a, 400);
      c10 = step(c10, x, b0);
      c11 = step(c11, x, b1);
      x = v128.load(a, 384);
      c00 = step(c00, x, b0);
      c01 = step(c01, x, b1);

      if (--steps == 0) { a += 448; b += 224; break; }
      b1 = v128.load(b, 240);
      b0 = v128.load(b, 224);
      x = v128.load(a, 496);
      c30 = step(c30, x, b0);
      c31 = step(c31, x, b1);
      x = v128.load(a, 480);
      c20 = step(c20, x, b0);
      c21 = step(c21, x, b1);
      x = v128.load(a, 464);
      c10 = step(c10, x, b0);
      c11 = step(c11, x, b1);
      x = v128.load(a, 448);
      c00 = step(c00, x, b0);
      c01 = step(c01, x, b1);

      if (--steps == 0) { a += 512; b += 256; break; }
      b1 = v128.load(b, 272);
      b0 = v128.load(b, 256);
      x = v128.load(a, 560);
      c30 = step(c30, x, b0);
      c31 = step(c31, x, b1);
      x = v128.load(a, 544);
      c20 = step(c20, x, b0);
      c21 = step(c21, x, b1);
      x = v128.load(a, 528);
      c10 = step(c10, x, b0);
      c11 = step(c11, x, b1);
      x = v128.load(a, 512);
      c00 = step(c00, x, b0);
      c01 = step(c01, x, b1);

      a += 512;
      b += 256;
    }

    let level = stack;
    let waiting = finishedLeaves;
    while (waiting & 1) {
      c00 = f32x4.add(v128.load(level), c00);
      c01 = f32x4.add(v128.load(level, 16), c01);
      c10 = f32x4.add(v128.load(level, 32), c10);
      c11 = f32x4.add(v128.load(level, 48), c11);
      c20 = f32x4.add(v128.load(level, 64), c20);
      c21 = f32x4.add(v128.load(level, 80), c21);
      c30 = f32x4.add(v128.load(level, 96), c30);
      c31 = f32x4.add(v128.load(level, 112), c31);
      level += LEVEL_BYTES;
      waiting >>= 1;
    }
    if (remaining != rootAt) {
      v128.store(level, c00);
      v128.store(level, c01, 16);
      v128.store(level, c10, 32);
      v128.store(level, c11, 48);
      v128.store(level, c20, 64);
      v128.store(level, c21, 80);
      v128.store(level, c30, 96);
      v128.store(level, c31, 112);
      if (remaining == 0) return;
      finishedLeaves++;
      continue;
    }

    for (; waiting != 0; waiting >>= 1) {
      if (waiting & 1) {
        c00 = f32x4.add(v128.load(level), c00);
        c01 = f32x4.add(v128.load(level, 16), c01);
        c10 = f32x4.add(v128.load(level, 32), c10);
        c11 = f32x4.add(v128.load(level, 48), c11);
        c20 = f32x4.add(v128.load(level, 64), c20);
        c21 = f32x4.add(v128.load(level, 80), c21);
        c30 = f32x4.add(v128.load(level, 96), c30);
        c31 = f32x4.add(v128.load(level, 112), c31);
      }
      level += LEVEL_BYTES;
    }
    if (ending == ACCUMULATE) {
      let row = c;
      c00 = f32x4.add(v128.load(row), c00);
      c01 = f32x4.add(v128.load(row, 16), c01);
      row += ldc;
      c10 = f32x4.add(v128.load(row), c10);
      c11 = f32x4.add(v128.load(row, 16), c11);
      row += ldc;
      c20 = f32x4.add(v128.load(row), c20);
      c21 = f32x4.add(v128.load(row, 16), c21);
      row += ldc;
      c30 = f32x4.add(v128.load(row), c30);
      c31 = f32x4.add(v128.load(row, 16), c31);
    }
    v128.store(c, c00);
    v128.store(c, c01, 16);
    c += ldc;
    v128.store(c, c10);
    v128.store(c, c11, 16);
    c += ldc;
    v128.store(c, c20);
    v128.store(c, c21, 16);
    c += ldc;
    v128.store(c, c30);
    v128.store(c, c31, 16);
    return;
  }
}
