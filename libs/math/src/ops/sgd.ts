import type { Checked, f32, Scalar } from './forms.ts';

const fround = Math.fround;

/** weight - learningRate * (gradientSum / divisor). */
export function sgd(weight: f32, gradientSum: f32, divisor: Scalar, learningRate: Scalar): Checked {
  const gradient = fround(gradientSum / divisor);
  const change = fround(learningRate * gradient);
  return fround(weight - change);
}
