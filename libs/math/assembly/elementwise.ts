/** Kernels of one element each that compute nothing: what computes is in operations.generated.ts. */
import { carriesAllOnes, EXPONENT } from './vector';

/** out[i] = table[bytes[i]]. */
export function lookup(out: usize, bytes: usize, table: usize, length: i32): void {
  for (let i = 0; i < length; i++) {
    store<f32>(out, load<f32>(table + ((<usize>load<u8>(bytes)) << 2)));
    out += 4;
    bytes++;
  }
}

/** Whether no exponent is all ones. */
export function isAllFinite(x: usize, length: i32): bool {
  const bytes = <usize>length * 4;
  let at: usize = 0;
  if (ASC_FEATURE_SIMD) {
    const vectorBytes = <usize>(length & ~3) * 4;
    let nonFinite = i32x4.splat(0);
    for (; at < vectorBytes; at += 16) nonFinite = v128.or(nonFinite, carriesAllOnes(v128.load(x + at)));
    if (v128.any_true(nonFinite)) return false;
  }
  for (; at < bytes; at += 4) {
    if ((load<u32>(x + at) & EXPONENT) == EXPONENT) return false;
  }
  return true;
}
