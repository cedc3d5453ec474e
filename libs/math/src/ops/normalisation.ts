import type { f32, PerColumn, PerRow, Scalar } from './forms.ts';

const fround = Math.fround;

/** 1 / sqrt(squares / count + epsilon): what brings a row to deviation 1, from the sum of its squares. */
export function inverseDeviation(squares: f32, count: Scalar, epsilon: Scalar): f32 {
  const variance = fround(squares / count);
  const above = fround(variance + epsilon);
  const deviation = fround(Math.sqrt(above));
  return fround(1 / deviation);
}

/** x * gamma + beta. */
export function scaleShift(x: f32, gamma: PerColumn, beta: PerColumn): f32 {
  const scaled = fround(x * gamma);
  return fround(scaled + beta);
}

/**
 * inverse * ((g - meanG) - x * meanGx): dloss/d(input) of a layer that brings rows to mean 0 and deviation 1, from g = dloss/d(x), the x it
 * gave, and the means of g and of g * x along the row.
 */
export function layerNormBackward(g: f32, x: f32, inverse: PerRow, meanG: PerRow, meanGx: PerRow): f32 {
  const centred = fround(g - meanG);
  const along = fround(x * meanGx);
  const left = fround(centred - along);
  return fround(inverse * left);
}

/** inverse * (g - x * meanGx): the same where rows keep their mean. */
export function rmsNormBackward(g: f32, x: f32, inverse: PerRow, meanGx: PerRow): f32 {
  const along = fround(x * meanGx);
  const left = fround(g - along);
  return fround(inverse * left);
}

/** p * (dp - dot): dloss/d(input) of a softmax from dp = dloss/d(p), the p it gave, and the dot product of both along the row. */
export function softmaxBackward(dp: f32, p: f32, dot: PerRow): f32 {
  const above = fround(dp - dot);
  return fround(p * above);
}
