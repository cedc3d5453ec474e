import type { Backend } from '@lockstep/math';

/** What one SGD step needs. */
export interface SgdStep {
  /** Flat parameters, updated in place. */
  readonly weights: Float32Array;
  /** Root of the tree: the gradient's sum over the rows of the mini-batch; overwritten with their mean. */
  readonly gradientSum: Float32Array;
  readonly rowCount: number;
  readonly learningRate: number;
}

/**
 * Plain stochastic gradient descent: w = w - (lr * g) with g = gradientSum / rowCount, each operation rounded to float32,
 * `learningRate` and `rowCount` rounded once (contract, section 3).
 */
export function sgdStep(backend: Backend, { weights, gradientSum, rowCount, learningRate }: SgdStep): void {
  backend.divide(gradientSum, gradientSum, rowCount);
  // w + (-lr) * g has the bits of w - (lr * g): the product's sign is all that differs.
  backend.axpy(weights, -learningRate, gradientSum);
}
