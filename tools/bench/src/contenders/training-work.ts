import { initialWeights, outputCountOf, perceptronModel, type ModelSpec } from '@lockstep/nn';
import { fillOneHot, fillUniform } from './test-data.ts';

/** A step of training that every contender repeats on the same rows from the same weights. */
export interface TrainingWork {
  readonly model: ModelSpec;
  readonly rows: number;
  readonly learningRate: number;
}

/** A multilayer perceptron as the specification's: sigmoid hidden layers, linear output, squared error. */
export const perceptron = (...sizes: number[]): ModelSpec => perceptronModel({ sizes });

/** Fills [rows, inputs] with inputs and [rows, outputs] with labels. */
export function fillRows({ model }: TrainingWork, inputs: Float32Array, labels: Float32Array): void {
  fillUniform(inputs, Math.sqrt(3), 1); // of variance 1, as standardised pixels are
  fillOneHot(labels, outputCountOf(model));
}

/** Fills the flat weights, laid out as `layoutOf(model)` says. */
export const fillWeights = ({ model }: TrainingWork, weights: Float32Array): void =>
  initialWeights(model, 1, weights);

/** Steps after which the mean loss is compared: enough for a wrong gradient to show. */
const STEPS_BEFORE_RESULT = 3;

/** The mean loss of the fourth step. @param step takes a step, returns the mean loss before it */
export function lossAfterSteps(step: () => number): number {
  for (let taken = 0; taken < STEPS_BEFORE_RESULT; taken++) step();
  return step();
}
