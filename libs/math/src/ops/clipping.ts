import type { Checked, f32, Scalar } from './forms.ts';

const fround = Math.fround;

/** sum / divisor: the mean gradient, which has to be finite before anything is made of it. */
export function meanOf(sum: f32, divisor: Scalar): Checked {
  return fround(sum / divisor);
}

/** x, or the bound that it lies beyond. A NaN stays one. */
export function clip(x: f32, bound: Scalar): f32 {
  const atMost = x > bound ? bound : x;
  return atMost < -bound ? -bound : atMost;
}
