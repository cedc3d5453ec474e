import type { Checked, f32, Scalar } from '../forms.ts';
import { movingAverage } from './moving-average.ts';

const fround = Math.fround;

/** Lion (Chen et al. 2023, arXiv 2302.06675): the weight, a rate further against the sign of one moving average, and the other one. */
export function lion(
  weight: f32,
  mean: f32,
  gradient: f32,
  partOfDirection: Scalar,
  partOfMean: Scalar,
  rate: Scalar,
): readonly [Checked, Checked] {
  const direction = movingAverage(mean, gradient, partOfDirection);
  const upward = direction < 0 ? -rate : 0;
  const change = direction > 0 ? rate : upward;
  return [fround(weight - change), movingAverage(mean, gradient, partOfMean)];
}
