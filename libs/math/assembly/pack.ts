/**
 * Packing: panels of the left matrix become four floats a step, panels of the right one `width` floats a step, so that a
 * tile reads both in order. Missing rows and columns become +0; what is computed from them is never stored.
 */

/** Copies `length` steps of a panel of `width` columns, of which `columns` exist; strides in bytes. */
export function packColumns(
  to: usize,
  from: usize,
  stepStride: usize,
  columnStride: usize,
  length: i32,
  width: i32,
  columns: i32,
): void {
  if (columns == 8 && columnStride == 4) return copyRowsOf8(to, from, stepStride, length);
  if (columns == 8 && stepStride == 4) return transpose8(to, from, columnStride, length);
  packLanes(to, from, stepStride, columnStride, length, width, columns);
}

/** The general case, one float at a time. */
function packLanes(
  to: usize,
  from: usize,
  stepStride: usize,
  laneStride: usize,
  length: i32,
  width: i32,
  lanes: i32,
): void {
  for (let k = 0; k < length; k++) {
    let source = from;
    for (let lane = 0; lane < width; lane++) {
      store<f32>(to, lane < lanes ? load<f32>(source) : 0);
      source += laneStride;
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
    transpose4(to, from, columnStride, 32);
    transpose4(to + 16, from + 4 * columnStride, columnStride, 32);
    from += 16;
    to += 128;
  }
  packLanes(to, from, 4, columnStride, length - k, 8, 8);
}

/** Four rows of four floats, `rowStride` bytes apart, become four columns of rows `toStride` bytes apart. */
@inline function transpose4(to: usize, from: usize, rowStride: usize, toStride: usize): void {
  const row0 = v128.load(from);
  const row1 = v128.load(from + rowStride);
  const row2 = v128.load(from + 2 * rowStride);
  const row3 = v128.load(from + 3 * rowStride);
  const low01 = v128.shuffle<f32>(row0, row1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(row0, row1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(row2, row3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(row2, row3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + toStride, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * toStride, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * toStride, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** Copies `length` steps of a panel of four rows, of which `rows` exist; strides in bytes. */
export function packRows(
  to: usize,
  from: usize,
  stepStride: usize,
  rowStride: usize,
  length: i32,
  rows: i32,
): void {
  if (rows == 4 && stepStride == 4) return transposeRowsOf4(to, from, rowStride, length);
  if (rows == 4 && rowStride == 4) return copyRowsOf4(to, from, stepStride, length);
  packLanes(to, from, stepStride, rowStride, length, 4, rows);
}

/** Four rows that lie contiguous in memory, four steps at a time. */
function transposeRowsOf4(to: usize, from: usize, rowStride: usize, length: i32): void {
  let k = 0;
  for (; k + 4 <= length; k += 4) {
    transpose4(to, from, rowStride, 16);
    from += 16;
    to += 64;
  }
  packLanes(to, from, 4, rowStride, length - k, 4, 4);
}

function copyRowsOf4(to: usize, from: usize, stepStride: usize, length: i32): void {
  for (let k = 0; k < length; k++) {
    v128.store(to, v128.load(from));
    from += stepStride;
    to += 16;
  }
}
