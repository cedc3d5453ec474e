/**
 * What the definitions of operations are written in, besides TypeScript itself: types that say what a number is, and conversions. They
 * execute as they stand, and `tools/kernels/src/generate-operations.ts` translates them.
 */

/** A float32: of each element of a tensor where it is a parameter of a kernel. */
export type f32 = number;
/** A 32-bit integer. */
export type i32 = number;
/** A float64, between `widen` and `narrow`. */
export type f64 = number;
/** A parameter of a kernel: one float32 for all elements. Who calls the kernel has rounded it. */
export type Scalar = number;
/** A parameter of a kernel: a float32 for each column, the same in every row. */
export type PerColumn = number;
/** A parameter of a kernel: a float32 for each row, the same in every column. */
export type PerRow = number;
/** A result of a kernel, which also says whether it is finite for every element. */
export type Checked = number;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The bits of a float32. */
export function bitsOf(x: f32): i32 {
  float[0] = x;
  return bits[0]!;
}

/** The float32 of these bits. */
export function floatOf(word: i32): f32 {
  bits[0] = word;
  return float[0]!;
}

/** The same number in float64: exact. */
export const widen = (x: f32): f64 => x;

/** A float64 rounded to float32. */
export const narrow = (x: f64): f32 => Math.fround(x);
