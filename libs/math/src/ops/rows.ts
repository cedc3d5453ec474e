import type { f32, PerColumn, PerRow } from './forms.ts';

const fround = Math.fround;

/** x - row: what every element of a row lies above its mean, or below its maximum. */
export function subtractRow(x: f32, row: PerRow): f32 {
  return fround(x - row);
}

/** x / row: the elements of a row as parts of its sum. */
export function divideRow(x: f32, row: PerRow): f32 {
  return fround(x / row);
}

/** x * row. */
export function scaleRow(x: f32, row: PerRow): f32 {
  return fround(x * row);
}

/** x * column: the elements of each column as its weight has them. */
export function scaleColumn(x: f32, column: PerColumn): f32 {
  return fround(x * column);
}
