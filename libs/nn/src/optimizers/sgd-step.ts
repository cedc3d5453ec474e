import type { Backend } from '@lockstep/math';

/** What one SGD step needs. */
export interface SgdStep {
  /** Flat parameters after the step; may be `weights`. */
  readonly out: Float32Array;
  /** Flat parameters before it. */
  readonly weights: Float32Array;
  /** Root of the tree: the gradient's sum over the rows of the mini-batch. */
  readonly gradientSum: Float32Array;
  /** What the rows count together: their number, where none has a weight. */
  readonly weightSum: number;
  readonly learningRate: number;
}

/**
 * Plain stochastic gradient descent: w = w - (lr * g) with g = gradientSum / weightSum, each operation rounded to float32,
 * `learningRate` and `weightSum` rounded once (contract, section 3).
 * @returns whether every new weight is finite
 */
export const sgdStep = (
  backend: Backend,
  { out, weights, gradientSum, weightSum, learningRate }: SgdStep,
): boolean => backend.map('sgd', [out], [weights, gradientSum], [weightSum, learningRate]);
