import type { Checked, f32, Scalar } from '../forms.ts';
import { movingAverage, movingSquare } from './moving-average.ts';
import { descend } from './sgd-momentum.ts';

const fround = Math.fround;

/** sqrt(square) / correction + epsilon. */
function rootOf(square: f32, correction: Scalar, epsilon: Scalar): f32 {
  const root = fround(Math.sqrt(square));
  const corrected = fround(root / correction);
  return fround(corrected + epsilon);
}

/**
 * Adam (Kingma and Ba 2014, arXiv 1412.6980): weight - rate * mean / (sqrt(square) / correction + epsilon), with the moments after the
 * step; `rate` holds the correction of the mean, `correction` the root of that of the square.
 */
export function adam(
  weight: f32,
  mean: f32,
  square: f32,
  gradient: f32,
  partOfMean: Scalar,
  partOfSquare: Scalar,
  correction: Scalar,
  epsilon: Scalar,
  rate: Scalar,
): readonly [Checked, Checked, Checked] {
  const meanAfter = movingAverage(mean, gradient, partOfMean);
  const squareAfter = movingSquare(square, gradient, partOfSquare);
  const direction = fround(meanAfter / rootOf(squareAfter, correction, epsilon));
  return [descend(weight, direction, rate), meanAfter, squareAfter];
}

/** AMSGrad (Reddi et al. 2018, arXiv 1904.09237): Adam by the largest square so far, which is taken before its correction. */
export function amsgrad(
  weight: f32,
  mean: f32,
  square: f32,
  largest: f32,
  gradient: f32,
  partOfMean: Scalar,
  partOfSquare: Scalar,
  correction: Scalar,
  epsilon: Scalar,
  rate: Scalar,
): readonly [Checked, Checked, Checked, f32] {
  const meanAfter = movingAverage(mean, gradient, partOfMean);
  const squareAfter = movingSquare(square, gradient, partOfSquare);
  const largestAfter = squareAfter > largest ? squareAfter : largest;
  const direction = fround(meanAfter / rootOf(largestAfter, correction, epsilon));
  return [descend(weight, direction, rate), meanAfter, squareAfter, largestAfter];
}

/** NAdam (Dozat 2016): Adam, along a sum of the gradient and the mean after the step, each with a rate of its own. */
export function nadam(
  weight: f32,
  mean: f32,
  square: f32,
  gradient: f32,
  partOfMean: Scalar,
  partOfSquare: Scalar,
  correction: Scalar,
  epsilon: Scalar,
  rateOfGradient: Scalar,
  rateOfMean: Scalar,
): readonly [Checked, Checked, Checked] {
  const meanAfter = movingAverage(mean, gradient, partOfMean);
  const squareAfter = movingSquare(square, gradient, partOfSquare);
  const ofGradient = fround(rateOfGradient * gradient);
  const ofMean = fround(rateOfMean * meanAfter);
  const sum = fround(ofGradient + ofMean);
  const change = fround(sum / rootOf(squareAfter, correction, epsilon));
  return [fround(weight - change), meanAfter, squareAfter];
}

/** RAdam's first steps (Liu et al. 2019, arXiv 1908.03265), before the square says enough: along the mean alone. */
export function unrectified(
  weight: f32,
  mean: f32,
  square: f32,
  gradient: f32,
  partOfMean: Scalar,
  partOfSquare: Scalar,
  rate: Scalar,
): readonly [Checked, Checked, Checked] {
  const meanAfter = movingAverage(mean, gradient, partOfMean);
  const squareAfter = movingSquare(square, gradient, partOfSquare);
  return [descend(weight, meanAfter, rate), meanAfter, squareAfter];
}
