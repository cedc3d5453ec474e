/**
 * Packing: a panel of the left matrix becomes TILE_ROWS numbers a step, each SPLAT_BYTES wide; a panel of the right one `width`
 * floats a step; so that a tile reads both in order. Missing rows and columns become +0; what is computed from them is never
 * stored. Strides are in bytes.
 */
import { SPLAT_BYTES, TILE_ROWS } from './shape';

/** Packs `length` steps of a panel of `width` columns, of which `columns` exist. */
export function packColumns(
  to: usize,
  from: usize,
  stepStride: usize,
  columnStride: usize,
  length: i32,
  width: i32,
  columns: i32,
): void {
  if (ASC_FEATURE_SIMD) {
    if (columns == 8 && columnStride == 4) return copyRowsOf8(to, from, stepStride, length);
    if (columns == 8 && stepStride == 4) return transpose8(to, from, columnStride, length);
  }
  for (let k = 0; k < length; k++) {
    let source = from;
    for (let column = 0; column < width; column++) {
      store<f32>(to, column < columns ? load<f32>(source) : 0);
      source += columnStride;
      to += 4;
    }
    from += stepStride;
  }
}

function copyRowsOf8(to: usize, from: usize, stepStride: usize, length: i32): void {
  for (let k = 0; k < length; k++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    from += stepStride;
    to += 32;
  }
}

/** Eight columns that lie contiguous in memory, four steps of four columns at a time. */
function transpose8(to: usize, from: usize, columnStride: usize, length: i32): void {
  let k = 0;
  for (; k + 4 <= length; k += 4) {
    transpose4(to, from, columnStride);
    transpose4(to + 16, from + 4 * columnStride, columnStride);
    from += 16;
    to += 128;
  }
  for (; k < length; k++) {
    let source = from;
    for (let column = 0; column < 8; column++) {
      store<f32>(to, load<f32>(source));
      source += columnStride;
      to += 4;
    }
    from += 4;
  }
}

/** Four rows of four floats, `rowStride` bytes apart, become four columns of rows 32 bytes apart. */
@inline function transpose4(to: usize, from: usize, rowStride: usize): void {
  const row0 = v128.load(from);
  const row1 = v128.load(from + rowStride);
  const row2 = v128.load(from + 2 * rowStride);
  const row3 = v128.load(from + 3 * rowStride);
  const low01 = v128.shuffle<f32>(row0, row1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(row0, row1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(row2, row3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(row2, row3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 96);
}

/** Packs `length` steps of a panel of four rows, of which `rows` exist. */
export function packRows(
  to: usize,
  from: usize,
  stepStride: usize,
  rowStride: usize,
  length: i32,
  rows: i32,
): void {
  if (ASC_FEATURE_SIMD) {
    if (rows == 4 && rowStride == 4) return spreadSteps(to, from, stepStride, length);
    if (rows == 4 && stepStride == 4) {
      const whole = length & ~3;
      spreadRows(to, from, rowStride, whole);
      to += <usize>whole * 64;
      from += <usize>whole * 4;
      length -= whole;
    }
  }
  for (let k = 0; k < length; k++) {
    let source = from;
    for (let row = 0; row < TILE_ROWS; row++) {
      const value: f32 = row < rows ? load<f32>(source) : 0;
      if (ASC_FEATURE_SIMD) v128.store(to, f32x4.splat(value));
      else store<f32>(to, value);
      source += rowStride;
      to += SPLAT_BYTES;
    }
    from += stepStride;
  }
}

/** Four rows whose numbers of one step lie side by side. */
function spreadSteps(to: usize, from: usize, stepStride: usize, length: i32): void {
  for (let k = 0; k < length; k++) {
    const rows = v128.load(from);
    v128.store(to, v128.shuffle<f32>(rows, rows, 0, 0, 0, 0));
    v128.store(to, v128.shuffle<f32>(rows, rows, 1, 1, 1, 1), 16);
    v128.store(to, v128.shuffle<f32>(rows, rows, 2, 2, 2, 2), 32);
    v128.store(to, v128.shuffle<f32>(rows, rows, 3, 3, 3, 3), 48);
    from += stepStride;
    to += 64;
  }
}

/** Four rows that lie contiguous in memory, four steps at a time. */
function spreadRows(to: usize, from: usize, rowStride: usize, length: i32): void {
  for (let k = 0; k < length; k += 4) {
    let source = from;
    let target = to;
    for (let row = 0; row < 4; row++) {
      const steps = v128.load(source);
      v128.store(target, v128.shuffle<f32>(steps, steps, 0, 0, 0, 0));
      v128.store(target, v128.shuffle<f32>(steps, steps, 1, 1, 1, 1), 64);
      v128.store(target, v128.shuffle<f32>(steps, steps, 2, 2, 2, 2), 128);
      v128.store(target, v128.shuffle<f32>(steps, steps, 3, 3, 3, 3), 192);
      source += rowStride;
      target += 16;
    }
    from += 16;
    to += 256;
  }
}
