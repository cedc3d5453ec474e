import type { f32, Scalar } from './forms.ts';

const fround = Math.fround;

/** x * scale where `kept` is above 0, else +0, whatever x is. */
export function dropout(x: f32, kept: f32, scale: Scalar): f32 {
  const scaled = fround(x * scale);
  return kept > 0 ? scaled : 0;
}
