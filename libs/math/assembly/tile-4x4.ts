import { LEVEL_BYTES, step } from './vector';

/**
 * One tile of 4 rows and 4 columns: the tree sum over leaves of `leafLength` steps of the outer products of a's and b's steps.
 * Finished leaves wait in `stack` and are joined as a binary counter carries, so that level l holds the sum of 2^l leaves; the
 * last leaf folds what waits, the smaller right part into the larger left. A plain block of a product is a tree of one leaf.
 * For the last columns of an output whose width is not a multiple of eight.
 *
 * @param length steps to sum, at least 1
 * @param a, lda 4 floats a step, the next step `lda` bytes on
 * @param b, ldb 4 floats a step, the next step `ldb` bytes on
 * @param c, ldc where the tile goes; its rows are `ldc` bytes apart
 * @param accumulate adds the tile to what is there, left operand first
 * @param stack LEVELS slots of LEVEL_BYTES
 */
export function tile4x4(
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
    let c00 = f32x4.splat(0);
    let c10 = f32x4.splat(0);
    let c20 = f32x4.splat(0);
    let c30 = f32x4.splat(0);
    let x: v128;
    let b0: v128;
    for (; steps > 0; steps--) {
      b0 = v128.load(b);
      x = v128.load32_splat(a);
      c00 = step(c00, x, b0);
      x = v128.load32_splat(a, 4);
      c10 = step(c10, x, b0);
      x = v128.load32_splat(a, 8);
      c20 = step(c20, x, b0);
      x = v128.load32_splat(a, 12);
      c30 = step(c30, x, b0);
      a += lda;
      b += ldb;
    }

    let level = stack;
    for (let waiting = finishedLeaves; waiting != 0; waiting >>= 1) {
      if (waiting & 1) {
        c00 = f32x4.add(v128.load(level), c00);
        c10 = f32x4.add(v128.load(level, 16), c10);
        c20 = f32x4.add(v128.load(level, 32), c20);
        c30 = f32x4.add(v128.load(level, 48), c30);
      } else if (remaining > 0) break;
      level += LEVEL_BYTES;
    }

    if (remaining > 0) {
      v128.store(level, c00);
      v128.store(level, c10, 16);
      v128.store(level, c20, 32);
      v128.store(level, c30, 48);
      finishedLeaves++;
      continue;
    }
    if (accumulate) {
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
