import * as v from 'valibot';
import { NetworkError } from '../network-error.ts';
import { sizeOf, type LayerSums, type Shape } from './layer.ts';

/** Keeps the quotient finite where a row's values are all the same. */
export const epsilonSchema = v.optional(
  v.pipe(v.number(), v.finite(), v.gtValue(0, 'expected a number above 0')),
  1e-5,
);

/** The shape itself. @throws {NetworkError} `bad-model` where it has more than one axis */
export function singleAxis(shape: Shape): Shape {
  if (shape.length === 1) return shape;
  throw new NetworkError(
    'bad-model',
    `normalises the values of a row, of one axis, not [${shape.join(', ')}]: put a "flatten" before it`,
  );
}

/** Whether this share has the layer's parameter of that index to sum. */
const isOurs = ({ ordinal, share, shares }: LayerSums, parameter: number): boolean =>
  (ordinal + parameter) % shares === share;

/** dgamma = the tree sum over rows of dZ * x, by way of `product`. */
export function sumScale(at: LayerSums, x: Float32Array, product: Float32Array): void {
  if (!isOurs(at, 0)) return;
  const { backend, gradients, outputError, rows, inputShape, leafRows } = at;
  backend.map('multiply', [product], [outputError, x]);
  backend.biasGradient(gradients[0]!, product, rows, sizeOf(inputShape), leafRows);
}

/** dbeta = the tree sum over rows of dZ. */
export function sumShift(at: LayerSums): void {
  if (!isOurs(at, 1)) return;
  const { backend, gradients, outputError, rows, inputShape, leafRows } = at;
  backend.biasGradient(gradients[1]!, outputError, rows, sizeOf(inputShape), leafRows);
}
