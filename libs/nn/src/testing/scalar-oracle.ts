import { layoutOf } from '../layout.ts';
import type { Perceptron } from '../model/perceptron.ts';
import { perceptronModel } from '../model/perceptron.ts';

/** What one sample gives, by the specification's scalar formulas, in float64. */
export interface ScalarResult {
  readonly loss: number;
  /** dloss/d(weights), flat, in layout order. */
  readonly gradient: Float64Array;
  readonly outputs: readonly number[];
}

/** dz/dy of an activated unit as a function of y and z: the specification means sigmoid(y) (1 - sigmoid(y)). */
export type ActivationSlope = (y: number, z: number) => number;

/** Each layer of the specification's network: its sums, then its activation. */
const layersOf = (
  spec: Perceptron,
): readonly { readonly inputs: number; readonly outputs: number; readonly activation: string }[] =>
  spec.sizes.slice(1).map((outputs, index) => ({
    inputs: spec.sizes[index]!,
    outputs,
    activation: index === spec.sizes.length - 2 ? (spec.outputActivation ?? 'linear') : 'sigmoid',
  }));

const sigmoid = (y: number): number => 1 / (1 + Math.exp(-y));

/** The specification's own line for dz/dy: sigmoid(Y) (1 - sigmoid(Y)), which is Z (1 - Z). */
const meantSlope: ActivationSlope = (_y, z) => z * (1 - z);

/** The specification's slip, taken to the letter: sigmoid(Z) (1 - sigmoid(Z)). */
export const literalSlipSlope: ActivationSlope = (_y, z) => sigmoid(z) * (1 - sigmoid(z));

/**
 * The specification's forward pass and its scalar formulas [1], [2] and [3], one sample, one index at a time, in float64:
 * [1] dloss/dw_ij = a_j * x_i, [2] dloss/db_j = a_j, [3] dloss/dx_i = sum_j a_j * w_ij, with a_j = dloss/dz_j * dz_j/dy_j and
 * dloss/dz_j = z_j - label_j on the output layer.
 */
export function scalarBackward(
  spec: Perceptron,
  weights: ArrayLike<number>,
  sample: { readonly x: ArrayLike<number>; readonly label: ArrayLike<number> },
  slope: ActivationSlope = meantSlope,
): ScalarResult {
  const layers = layersOf(spec);
  const layout = layoutOf(perceptronModel(spec));
  const weightOf = (layer: number, i: number, j: number): number =>
    weights[layout.slots[2 * layer]!.offset + i * layers[layer]!.outputs + j]!;
  const biasOf = (layer: number, j: number): number => weights[layout.slots[2 * layer + 1]!.offset + j]!;

  const xs: number[][] = [Array.from(sample.x)];
  const ys: number[][] = [];
  layers.forEach((layer, index) => {
    const x = xs[index]!;
    const y = Array.from({ length: layer.outputs }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < layer.inputs; i++) sum += x[i]! * weightOf(index, i, j);
      return sum + biasOf(index, j);
    });
    ys.push(y);
    xs.push(layer.activation === 'sigmoid' ? y.map(sigmoid) : y);
  });

  const outputs = xs.at(-1)!;
  let loss = 0;
  for (let j = 0; j < outputs.length; j++) loss += (outputs[j]! - sample.label[j]!) ** 2 / 2;

  const gradient = new Float64Array(layout.length);
  let dLossDz = outputs.map((z, j) => z - sample.label[j]!);
  for (let index = layers.length - 1; index >= 0; index--) {
    const layer = layers[index]!;
    const [weightSlot, biasSlot] = [layout.slots[2 * index]!, layout.slots[2 * index + 1]!];
    const [x, y, z] = [xs[index]!, ys[index]!, xs[index + 1]!];
    const a = dLossDz.map((d, j) => (layer.activation === 'sigmoid' ? d * slope(y[j]!, z[j]!) : d));
    for (let i = 0; i < layer.inputs; i++) {
      for (let j = 0; j < layer.outputs; j++) {
        gradient[weightSlot.offset + i * layer.outputs + j] = a[j]! * x[i]!; // [1]
      }
    }
    for (let j = 0; j < layer.outputs; j++) gradient[biasSlot.offset + j] = a[j]!; // [2]
    dLossDz = Array.from({ length: layer.inputs }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < layer.outputs; j++) sum += a[j]! * weightOf(index, i, j);
      return sum; // [3]
    });
  }
  return { loss, gradient, outputs };
}

/** The largest |dloss/dw - finite difference| over all parameters, each relative to the largest slope of all. */
export function finiteDifferenceError(
  spec: Perceptron,
  weights: ArrayLike<number>,
  sample: { readonly x: ArrayLike<number>; readonly label: ArrayLike<number> },
  gradient: ArrayLike<number>,
): number {
  const h = 1e-5;
  const moved = Float64Array.from(weights);
  let worst = 0;
  let largest = 0;
  for (let p = 0; p < moved.length; p++) {
    const at = moved[p]!;
    moved[p] = at + h;
    const above = scalarBackward(spec, moved, sample).loss;
    moved[p] = at - h;
    const below = scalarBackward(spec, moved, sample).loss;
    moved[p] = at;
    const slope = (above - below) / (2 * h);
    worst = Math.max(worst, Math.abs(gradient[p]! - slope));
    largest = Math.max(largest, Math.abs(slope));
  }
  return worst / largest;
}
