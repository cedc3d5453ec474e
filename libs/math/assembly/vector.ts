/** sum + x * y: two operations, each rounded. */
@inline export function step(sum: v128, x: v128, y: v128): v128 {
  return f32x4.add(sum, f32x4.mul(x, y));
}

/** The bits of a float32's exponent: all ones in an infinity or a NaN. */
@inline export const EXPONENT: u32 = 0x7f800000;

/** All ones in every lane that holds an infinity or a NaN. */
@inline export function carriesAllOnes(words: v128): v128 {
  const exponent = i32x4.splat(EXPONENT);
  return i32x4.eq(v128.and(words, exponent), exponent);
}

/** The first `count` (1 to 3) floats at `from`; the other lanes are +0. */
export function loadPart(from: usize, count: i32): v128 {
  let part = f32x4.splat(0);
  part = v128.load_lane<f32>(from, part, 0);
  if (count > 1) part = v128.load_lane<f32>(from, part, 1, 4);
  if (count > 2) part = v128.load_lane<f32>(from, part, 2, 8);
  return part;
}

/** Stores the first `count` (1 to 3) lanes. */
export function storePart(to: usize, part: v128, count: i32): void {
  v128.store_lane<f32>(to, part, 0);
  if (count > 1) v128.store_lane<f32>(to, part, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, part, 2, 8);
}

/** The same for 1 to 4. */
export function loadUpTo(from: usize, count: i32): v128 {
  return count == 4 ? v128.load(from) : loadPart(from, count);
}

/** The same for 1 to 4. */
export function storeUpTo(to: usize, part: v128, count: i32): void {
  if (count == 4) v128.store(to, part);
  else storePart(to, part, count);
}
