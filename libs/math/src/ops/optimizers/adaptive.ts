import type { Checked, f32, Scalar } from '../forms.ts';
import { movingAverage, movingSquare } from './moving-average.ts';
import { descend } from './sgd-momentum.ts';

const fround = Math.fround;

/** gradient / (sqrt(square) + epsilon). */
function scaledBy(square: f32, gradient: f32, epsilon: Scalar): f32 {
  const root = fround(Math.sqrt(square));
  const divisor = fround(root + epsilon);
  return fround(gradient / divisor);
}

/** RMSprop's direction (Tieleman and Hinton 2012), and the moving average of the squares. */
export function rmsprop(
  square: f32,
  gradient: f32,
  part: Scalar,
  epsilon: Scalar,
): readonly [Checked, Checked] {
  const squareAfter = movingSquare(square, gradient, part);
  return [scaledBy(squareAfter, gradient, epsilon), squareAfter];
}

/** The same by the variance, square - mean^2 (Graves 2013, arXiv 1308.0850), which roundings may not take below 0. */
export function rmspropCentred(
  square: f32,
  mean: f32,
  gradient: f32,
  part: Scalar,
  epsilon: Scalar,
): readonly [Checked, Checked, Checked] {
  const squareAfter = movingSquare(square, gradient, part);
  const meanAfter = movingAverage(mean, gradient, part);
  const squareOfMean = fround(meanAfter * meanAfter);
  const difference = fround(squareAfter - squareOfMean);
  const variance = difference < 0 ? 0 : difference;
  return [scaledBy(variance, gradient, epsilon), squareAfter, meanAfter];
}

/** Adagrad (Duchi et al. 2011): the weight, and the sum of all squares. */
export function adagrad(
  weight: f32,
  sum: f32,
  gradient: f32,
  epsilon: Scalar,
  rate: Scalar,
): readonly [Checked, Checked] {
  const square = fround(gradient * gradient);
  const sumAfter = fround(sum + square);
  return [descend(weight, scaledBy(sumAfter, gradient, epsilon), rate), sumAfter];
}

/** Adadelta (Zeiler 2012, arXiv 1212.5701): the weight, and the moving averages of the squares of gradients and of changes. */
export function adadelta(
  weight: f32,
  square: f32,
  change: f32,
  gradient: f32,
  part: Scalar,
  epsilon: Scalar,
  rate: Scalar,
): readonly [Checked, Checked, Checked] {
  const squareAfter = movingSquare(square, gradient, part);
  const ofChanges = fround(change + epsilon);
  const ofGradients = fround(squareAfter + epsilon);
  const rootOfChanges = fround(Math.sqrt(ofChanges));
  const rootOfGradients = fround(Math.sqrt(ofGradients));
  const ratio = fround(rootOfChanges / rootOfGradients);
  const direction = fround(ratio * gradient);
  return [descend(weight, direction, rate), squareAfter, movingSquare(change, direction, part)];
}
