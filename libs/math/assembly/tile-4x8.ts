import { LEVEL_BYTES, step } from './vector';

/**
 * One tile of 4 rows and 8 columns: the tree sum over leaves of `leafLength` steps of the outer products of a's and b's steps.
 * Finished leaves wait in `stack` and are joined as a binary counter carries, so that level l holds the sum of 2^l leaves; the
 * last leaf folds what waits, the smaller right part into the larger left. A plain block of a product is a tree of one leaf.
 * Eight accumulators and no unrolling: with more of either, engines spill them around the loops and lose a third of the speed.
 *
 * @param length steps to sum, at least 1
 * @param a, lda 4 floats a step, the next step `lda` bytes on
 * @param b, ldb 8 floats a step, the next step `ldb` bytes on
 * @param c, ldc where the tile goes; its rows are `ldc` bytes apart
 * @param accumulate adds the tile to what is there, left operand first
 * @param stack LEVELS slots of LEVEL_BYTES
 */
export function tile4x8(
  length: i32,
  leafLength: i32,
  a: usize,
  lda: usize,
  b: usize,
  ldb: usize,
  c: usize,
  ldc: usize,
  accumulate: bool,
  stack: usize,
): void {
  let finishedLeaves: u32 = 0;
  let remaining = length;
  while (true) {
    let steps = min(leafLength, remaining);
    remaining -= steps;
    let c00 = f32x4.splat(0),
      c01 = f32x4.splat(0);
    let c10 = f32x4.splat(0),
      c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0),
      c21 = f32x4.splat(0);
    let c30 = f32x4.splat(0),
      c31 = f32x4.splat(0);
    let x: v128;
    let b0: v128, b1: v128;
    for (; steps > 0; steps--) {
      b0 = v128.load(b);
      b1 = v128.load(b, 16);
      x = v128.load32_splat(a);
      c00 = step(c00, x, b0);
      c01 = step(c01, x, b1);
      x = v128.load32_splat(a, 4);
      c10 = step(c10, x, b0);
      c11 = step(c11, x, b1);
      x = v128.load32_splat(a, 8);
      c20 = step(c20, x, b0);
      c21 = step(c21, x, b1);
      x = v128.load32_splat(a, 12);
      c30 = step(c30, x, b0);
      c31 = step(c31, x, b1);
      a += lda;
      b += ldb;
    }

    let level = stack;
    for (let waiting = finishedLeaves; waiting != 0; waiting >>= 1) {
      if (waiting & 1) {
        c00 = f32x4.add(v128.load(level), c00);
        c01 = f32x4.add(v128.load(level, 16), c01);
        c10 = f32x4.add(v128.load(level, 32), c10);
        c11 = f32x4.add(v128.load(level, 48), c11);
        c20 = f32x4.add(v128.load(level, 64), c20);
        c21 = f32x4.add(v128.load(level, 80), c21);
        c30 = f32x4.add(v128.load(level, 96), c30);
        c31 = f32x4.add(v128.load(level, 112), c31);
      } else if (remaining > 0) break;
      level += LEVEL_BYTES;
    }

    if (remaining > 0) {
      v128.store(level, c00);
      v128.store(level, c01, 16);
      v128.store(level, c10, 32);
      v128.store(level, c11, 48);
      v128.store(level, c20, 64);
      v128.store(level, c21, 80);
      v128.store(level, c30, 96);
      v128.store(level, c31, 112);
      finishedLeaves++;
      continue;
    }
    if (accumulate) {
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
