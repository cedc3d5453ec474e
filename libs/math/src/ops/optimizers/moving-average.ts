import type { f32, Scalar } from '../forms.ts';

const fround = Math.fround;

/**
 * average + part * (x - average): a moving average that gives what is new `part`. Where x stays the same it ends there, while
 * beta * average + (1 - beta) * x with two rounded factors ends beside it.
 */
export function movingAverage(average: f32, x: f32, part: Scalar): f32 {
  const difference = fround(x - average);
  const change = fround(part * difference);
  return fround(average + change);
}

/** The moving average of the squares of x. */
export function movingSquare(average: f32, x: f32, part: Scalar): f32 {
  const square = fround(x * x);
  return movingAverage(average, square, part);
}
